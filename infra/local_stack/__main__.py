"""`python -m infra.local_stack`: starts everything, says where it is, and ends everything on ctrl-C."""

import logging
import shutil
import signal
import sys

from pydantic import ValidationError

from infra.airflow.services import airflow_environment, airflow_password, airflow_services, preparations
from infra.local_stack.environment import PROJECT_ROOT, base_environment, task_environment, temporary_folder
from infra.local_stack.pages import pages_service
from infra.local_stack.ports import PortTakenError, check_ports
from infra.local_stack.supervisor import ServiceFailedError, Supervisor
from infra.mlflow.server import client_environment, mlflow_login, mlflow_page, mlflow_preparation, mlflow_service
from jobs.cli.messages import messages_shown, wanted_format
from jobs.cli.ports import LOOPBACK, Ports
from jobs.config import Settings, wrong_setting
from jobs.errors import PlayheadError, WrongUsageError
from jobs.run.closed_home import write_for_owner_only
from jobs.run.home import home_to_fill

# Run as a program, its __name__ is __main__.
logger = logging.getLogger("infra.local_stack")

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def start_everything(supervisor: Supervisor, settings: Settings, ports: Ports) -> None:
    """Raises `ServiceFailedError` at the first service that does not come up."""
    home = settings.root
    environment = base_environment(home)
    # What an earlier stack left there.
    shutil.rmtree(temporary_folder(home), ignore_errors=True)
    temporary_folder(home).mkdir(parents=True)
    login = mlflow_login(home)
    password = airflow_password(home)
    airflow = airflow_environment(home, ports.airflow_port, environment)

    supervisor.run_once("mlflow-experiments", mlflow_preparation(), environment, PROJECT_ROOT)
    airflow_page, models_page = f"http://{LOOPBACK}:{ports.airflow_port}", mlflow_page(home, ports.mlflow_port)
    for service in (
        pages_service(home, ports.docs_port, airflow_page, models_page, environment),
        mlflow_service(home, ports.mlflow_port, login, environment),
    ):
        supervisor.start(service)
        logger.info("  %s is up", service.name)
    if not (home / "airflow" / "airflow.db").exists():
        logger.info("  airflow: making its database; the first start takes half a minute longer")
    for name, command in preparations().items():
        supervisor.run_once(name, command, airflow, home / "airflow")
    tasks = {**task_environment(settings), **client_environment(login, ports.mlflow_port)}
    for service in airflow_services(home, ports.airflow_port, airflow, tasks):
        supervisor.start(service)
        logger.info("  %s is up", service.name)

    # For a person, and in no log: it has the passwords.
    print(
        f"\nStart at   http://{LOOPBACK}:{ports.docs_port}  the report, and links to all that follows\n"
        f"Airflow    {airflow_page}  login admin, password {password}\n"
        f"MLflow     {models_page}  login admin, password {login.password}\n"
        f"Data Docs  http://{LOOPBACK}:{ports.docs_port}/data-docs/\n"
        f"Logs are in {supervisor.logs}. Everything else is in {home}. Ctrl-C ends it all.",
        file=sys.stderr,
        flush=True,
    )


def main() -> int:
    """0 after ctrl-C or SIGTERM; 1 when a port is taken or a service failed; 2 for a wrong setting."""
    write_for_owner_only()
    with messages_shown(wanted_format()):
        return _run_stack()


def _run_stack() -> int:
    try:
        settings, ports = home_to_fill(Settings()), Ports()
        check_ports(ports)
    except ValidationError as error:
        logger.error("%s", wrong_setting(error))
        return WrongUsageError.exit_code
    except PlayheadError as error:
        logger.error("%s", error)
        return error.exit_code
    except PortTakenError as error:
        logger.error("%s", error)
        return 1
    for name in ENDING_SIGNALS:
        signal.signal(name, signal.default_int_handler)
    supervisor = Supervisor(settings.root / "logs")
    logger.info("Starting the pages, MLflow and Airflow on this machine, for you alone …")
    try:
        start_everything(supervisor, settings, ports)
        supervisor.watch()
    except KeyboardInterrupt:
        logger.info("Ending everything …")
        return 0
    except ServiceFailedError as error:
        logger.error("%s", error)
        return 1
    finally:
        # From here on a second ctrl-C could only leave something behind.
        for name in ENDING_SIGNALS:
            signal.signal(name, signal.SIG_IGN)
        supervisor.end_all()


if __name__ == "__main__":
    sys.exit(main())
