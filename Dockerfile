FROM python:3.13.9-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/router
COPY requirements/runtime.txt requirements/build.txt requirements/
RUN /opt/router/bin/pip install --require-hashes --requirement requirements/runtime.txt \
    && python -m pip install --require-hashes --requirement requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY router router
COPY consumers consumers
COPY rules rules
COPY docs docs
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/router/bin/pip install --no-deps dist/*.whl

FROM python:3.13.9-slim-bookworm
ENV PATH=/opt/router/bin:$PATH PYTHONUNBUFFERED=1 ROUTER_DATA=/var/lib/feedback-router
RUN useradd --system --uid 10001 --home-dir /var/lib/feedback-router --create-home router
COPY --from=build /opt/router /opt/router
USER router
WORKDIR /var/lib/feedback-router
VOLUME /var/lib/feedback-router
STOPSIGNAL SIGTERM
ENTRYPOINT ["feedback-router"]
CMD ["--help"]
