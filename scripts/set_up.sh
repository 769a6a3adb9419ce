#!/bin/sh
# Makes .venv match a layer of requirements.lock (run, notebook or test; run unless it is named) and
# pyproject.toml. Silent and instant when it already does; otherwise finds a Python that will do and
# hands over to bootstrap.py. PYTHON=... names one.
unset CDPATH
cd "$(dirname "$0")/.." || exit 1

layer=${1:-run}
# The record that bootstrap.py writes last: folder, lock and project file, as they were then.
[ -x .venv/bin/python ] &&
    { pwd -P; cat requirements.lock; echo pyproject.toml; cat pyproject.toml; } |
    cmp -s - ".venv/.set-up-$layer" && exit 0

if [ -n "$PYTHON" ]; then
    set -- "$PYTHON"
else
    set -- python3 python3.14 python3.13 python3.12 python3.11 python
fi
found= newer=
for python in "$@"; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) ||
        continue
    case $version in
        3.1[1-4]) exec "$python" scripts/bootstrap.py "$layer" ;;
        3.1[5-9]) newer=${newer:-$python} ;; # the lock was not made for it: only if nothing else
        *) found="$found $python is Python $version." ;;
    esac
done
[ -z "$newer" ] || exec "$newer" scripts/bootstrap.py "$layer"

cat >&2 <<EOF
CVI city profiles needs Python 3.11 or newer.${found:- None of these was found: $*.}
Install it from your package manager or python.org, then run the same command again.
If it is installed somewhere else, say where: make test PYTHON=/path/to/python3.13
EOF
exit 2
