"""Sets of labelled clips on disk: plain folders and the annotations of the common data sets, through one reader."""
