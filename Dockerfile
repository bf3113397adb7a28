# docker build -t pgddb .
# docker run -p 127.0.0.1:5432:5432 -v $HOME/.aws:/home/pgddb/.aws:ro pgddb --region eu-west-1

FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY pgddb ./pgddb
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 pgddb \
    && install --directory --owner=pgddb --group=pgddb /var/lib/pgddb
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links=/wheels pgddb
USER pgddb
WORKDIR /home/pgddb
ENV PYTHONUNBUFFERED=1 \
    PGDDB_DATA_DIR=/var/lib/pgddb \
    PGDDB_TEMP_DIR=/var/lib/pgddb
VOLUME /var/lib/pgddb
EXPOSE 5432
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["pgddb", "health", "--host", "127.0.0.1", "--port", "5432"]
# A container must listen on every address to be reached from outside it, and trust authentication asks for no
# password: publish the port on loopback only, as above. Users with passwords (the last --auth counts):
#   docker run --rm -it -v pgddb:/var/lib/pgddb --entrypoint pgddb pgddb passwd ann
#   docker run -p 5432:5432 -v pgddb:/var/lib/pgddb -v $HOME/.aws:/home/pgddb/.aws:ro pgddb --auth scram
ENTRYPOINT ["pgddb", "serve", "--host", "0.0.0.0", "--port", "5432", "--auth", "trust"]
