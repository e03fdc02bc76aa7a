# The server alone: API and page, without torch.
FROM python:3.11-slim AS build

WORKDIR /build
COPY requirements-server.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements-server.txt

FROM python:3.11-slim

ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN useradd --create-home --uid 1000 kinetoscope \
    && install -d -o kinetoscope /data
COPY --from=build /opt/venv /opt/venv
COPY contract contract
COPY backend backend
COPY cli cli
COPY frontend frontend
COPY worker/demo/weights/card.json worker/demo/weights/card.json

USER 1000
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["python", "-m", "cli"]
CMD ["serve", "--host", "0.0.0.0"]
