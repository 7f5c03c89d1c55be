# Clearpost with everything that it needs to start without a network: torch for the CPU, the packages of
# requirements.lock, and the language model. docs/operations.md says how to run it.
#
#   docker build --tag clearpost .
#
# The minor version of Python and the release of Debian are pinned; building again takes their latest security fixes.
ARG BASE=python:3.11-slim-trixie

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/clearpost
ENV PATH=/opt/clearpost/bin:$PATH

# torch comes first: it is the largest part and changes least. Clearpost uses the CPU alone. Where your package index has
# only the build with CUDA (several gigabytes for nothing; on PyPI that is so for x86-64), name the CPU index that
# pytorch.org shows under "Get started":
#   docker build --build-arg TORCH="torch==2.13.0 --index-url …" .
# A company's own package index, with its credentials, comes as a file that stays out of the image:
#   docker build --secret id=pip,src=pip.conf .
ARG TORCH="torch==2.13.0"
COPY requirements.lock /src/
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=pip,target=/etc/pip.conf \
    set -e; \
    pip install --quiet --dry-run --report /tmp/torch.json ${TORCH}; \
    if grep --quiet '"name": "nvidia-' /tmp/torch.json; then \
        echo "this index has torch with CUDA only; give --build-arg TORCH with PyTorch's CPU index (see Dockerfile)" >&2; \
        exit 1; \
    fi; \
    pip install --quiet --constraint /src/requirements.lock ${TORCH}

COPY pyproject.toml README.md LICENSE /src/
COPY bot /src/bot
COPY knowledge /src/knowledge
COPY lessons /src/lessons
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --quiet --constraint /src/requirements.lock /src

# The model is verified by its hash, and building an index with it proves that the image answers. The index is thrown
# away: it belongs to your policies, and every start builds it where it is missing.
ARG MODEL=all-mpnet-base-v2
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=pip,target=/etc/pip.conf \
    CLEARPOST_MODEL=${MODEL} CLEARPOST_MODELS=/opt/models CLEARPOST_DATA=/tmp/data clearpost index


FROM ${BASE}
# A number, not a name: Kubernetes can tell that it is not root. The folder of a bind mount must belong to it.
RUN groupadd --gid 10001 clearpost \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin clearpost \
    && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/models /opt/models
COPY --from=build /opt/clearpost /opt/clearpost

ARG MODEL=all-mpnet-base-v2
ENV PATH=/opt/clearpost/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CLEARPOST_DATA=/data \
    CLEARPOST_MODELS=/opt/models \
    CLEARPOST_MODEL=${MODEL} \
    CLEARPOST_HOST=0.0.0.0 \
    CLEARPOST_PORT=8000 \
    CLEARPOST_LOG_FORMAT=json

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM

# The first start builds the index before it listens. No proxy: this asks the process itself. A worker has no port; turn
# the check off for it, as compose.yaml does.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --retries=4 \
    CMD ["python", "-c", "import os; from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:' + os.environ['CLEARPOST_PORT'] + '/healthz', timeout=4)"]

ENTRYPOINT ["clearpost"]
CMD ["serve"]
