"""The optimization, stage by stage. The only folder that imports torch; its files know neither HTTP nor the queue."""
