"""An engine as a process of its own, for tests that kill it: `python engine_process.py CONFIGURATION.json`."""

import sys
from pathlib import Path

from engine.framing import framer
from engine.needle import Needle
from outputs.texts import Plain
from vedette.config.settings import Configuration
from vedette.engine.engine import Engine
from vedette.engine.logs import set_up_logs
from vedette.engine.running import run_until_signal


def main() -> None:
    set_up_logs("json")
    configuration = Configuration.model_validate_json(Path(sys.argv[1]).read_bytes())
    run_until_signal(Engine(configuration, lambda _: Needle(), framer, lambda _: Plain()))


if __name__ == "__main__":
    main()
