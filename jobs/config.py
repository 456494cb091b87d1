"""Settings, read once: environment `PLAYHEAD_*`, then `playhead.toml`, then these defaults."""

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from jobs.settings_file import OwnSettingsFile

PSEUDONYM_KEY, LINKAGE_KEY = "PLAYHEAD_PSEUDONYM_KEY", "PLAYHEAD_LINKAGE_KEY"
# With these, Delta, Spark or Polars take the name of a folder for a pattern, a partition or another place.
_ODD_CHARACTERS = frozenset("[]{}*?^|=%\\")
# A comma stands between two folders where Spark is told in which to put things aside.
_ODD_IN_A_HOME = _ODD_CHARACTERS | {","}
LogFormat = Literal["text", "json"]


def _in_the_form_of_a_key(secret: SecretStr) -> SecretStr:
    if not re.fullmatch("[0-9a-fA-F]{64}", secret.get_secret_value()):
        raise ValueError("it should be 64 hexadecimal digits; it is not shown here")
    return secret


def _named(home: object) -> object:
    """Empty is what a variable is that was to be set from another one which is not."""
    if home == "":
        raise ValueError("it is empty; name a folder, or unset it for .playhead where the command is typed")
    return home


def _no_file(home: Path) -> Path:
    if os.path.exists(home.expanduser()) and not os.path.isdir(home.expanduser()):
        raise ValueError(f"{home} is a file; name a folder")
    _refuse_odd_characters(str(home.expanduser().absolute()), _ODD_IN_A_HOME)
    return home


def _no_odd_folder(lake: str | None) -> str | None:
    if lake and "://" not in lake:
        _refuse_odd_characters(lake, _ODD_CHARACTERS)
    return lake


def _refuse_odd_characters(path: str, odd_ones: frozenset[str]) -> None:
    if odd := sorted(set(path) & odd_ones):
        raise ValueError(f"tables cannot lie in {path}: its name has {' '.join(odd)}; name another folder")


class Settings(BaseSettings):
    """Where a run reads and writes, and the limits it keeps.

    Raises pydantic's `ValidationError` for a value of the wrong type or an unknown key in `playhead.toml`, and
    `WrongUsageError` where another user may write that file.
    """

    model_config = SettingsConfigDict(
        env_prefix="PLAYHEAD_",
        toml_file="playhead.toml",
        frozen=True,
        extra="forbid",
        # A mistyped key, or a key under a mistyped name, must not be in the message about it.
        hide_input_in_errors=True,
    )

    home: Annotated[Path, BeforeValidator(_named), AfterValidator(_no_file)] = Field(
        default=Path(".playhead"), validate_default=True
    )
    lake: Annotated[str | None, AfterValidator(_no_odd_folder)] = Field(
        default=None, description="Root of the Delta tables: a folder or an object-store URI."
    )
    master: str = "local[*]"
    driver_memory: str = "4g"
    ledger_url: str | None = Field(default=None, description="SQLAlchemy URL of the ledger.")
    mlflow_tracking_uri: str | None = Field(default=None, description="MLflow server; default: SQLite in the home.")
    # A feed that is one twentieth broken has most likely changed its format: stop and ask.
    bad_line_limit: float = Field(default=0.05, ge=0.0, le=1.0)
    pseudonym_key: Annotated[SecretStr, AfterValidator(_in_the_form_of_a_key)] | None = Field(
        default=None, description="The key that makes pseudonyms, where it is not kept in the home."
    )
    linkage_key: Annotated[SecretStr, AfterValidator(_in_the_form_of_a_key)] | None = Field(
        default=None, description="The key that makes ids of plays and events, where it is not kept in the home."
    )
    log_format: LogFormat = Field(default="text", description="Messages in words, or one JSON object a line.")
    # Faces and heart rates are sensitive: whoever wants them has to say so.
    reactions: bool = Field(default=False, description="Whether reactions are taken in at all.")

    # What a subscription is worth rests on these assumptions; each stands in the rows that rest on it.
    value_currency: str = Field(default="USD", pattern="^[A-Z]{3}$", description="In which values are estimated.")
    # Round figures of 2025.
    exchange_rates: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default={"USD": 1.0, "EUR": 1.1, "GBP": 1.3, "BRL": 0.18, "INR": 0.012, "JPY": 0.0067, "ZAR": 0.055},
        description="What a unit of each currency is worth in value_currency.",
    )
    discount_rate: float = Field(default=0.1, ge=0.0, le=1.0, description="By which money of next year is worth less.")
    horizon_months: int = Field(default=24, ge=1, le=120, description="How far ahead payments are counted.")
    # Delivery, payments and support, not content: about 1.9 at Netflix in 2023, of what its annual report tells.
    serving_cost: float = Field(default=2.0, ge=0.0, description="What it costs to serve a subscriber for a month.")
    quality_value: float = Field(
        default=0.02, ge=0.0, description="What 0.01 of nDCG@10 is assumed to be worth, a subscriber and month."
    )

    @model_validator(mode="after")
    def _rates_are_in_the_value_currency(self) -> "Settings":
        if self.exchange_rates.get(self.value_currency) != 1.0:
            raise ValueError(
                f"exchange_rates should say what a unit of each currency is worth in {self.value_currency}, and so "
                f"1.0 for {self.value_currency}"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, OwnSettingsFile(settings_cls)

    @cached_property
    def root(self) -> Path:
        """The home, absolute: Spark's JVM and Airflow's workers do not share our working directory."""
        return self.home.expanduser().absolute()

    @property
    def lake_root(self) -> str:
        return self.lake or str(self.root / "lake")

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def quality(self) -> Path:
        return self.root / "quality"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def mlflow(self) -> Path:
        return self.root / "mlflow"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def ledger_file(self) -> Path:
        return self.root / "ledger.db"

    @property
    def ledger(self) -> str:
        return self.ledger_url or f"sqlite:///{quote(str(self.ledger_file))}"


def wrong_setting(error: ValidationError) -> str:
    """The message for whoever set it: which setting, and what is wrong with its value, which is not shown."""
    faults = []
    for fault in error.errors(include_input=False, include_context=False, include_url=False):
        name, message = ".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
        faults.append(f"{name}: {message}" if name else message)
    return f"A setting is wrong (PLAYHEAD_… or playhead.toml): {'; '.join(faults)}."
