"""What every part of the configuration is: typed values that don't change once read."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A part of the configuration: unknown keys are mistakes, values don't change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, serialize_by_alias=True)
