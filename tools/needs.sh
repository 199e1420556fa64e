#!/bin/sh
# Say plainly what this machine lacks to build Vedette, all at once.
python="${PYTHON:-python3}"
missing=""
note() { missing="$missing
  - $1"; }

if ! command -v "$python" >/dev/null 2>&1; then
    note "Python 3.11 or newer (as '$python'; another: make PYTHON=/path/to/python ...)"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    note "Python 3.11 or newer; '$python' is $("$python" -c 'import platform; print(platform.python_version())')"
elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    note "Python's venv module (Debian, Ubuntu: apt install python3-venv)"
fi
if ! command -v cc >/dev/null 2>&1; then
    note "a C compiler as 'cc' (Debian, Ubuntu: apt install build-essential)"
fi
if ! command -v cargo >/dev/null 2>&1; then
    note "cargo and rustc 1.85 or newer (rustup, or your distribution's package)"
else
    minor=$(rustc --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
    if [ "${minor:-0}" -lt 85 ]; then
        note "rustc 1.85 or newer; this one is: $(rustc --version 2>/dev/null || echo none)"
    fi
fi
if [ -n "$missing" ]; then
    echo "Vedette cannot be built here. Missing:$missing" >&2
    exit 1
fi
