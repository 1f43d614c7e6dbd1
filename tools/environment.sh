# Makes .venv with what `core` (to run) or `test` (to test) needs, from the hash-pinned lists. Sourced by ./run, ./test and ./check.
# Does nothing, and needs no network, when the environment is up to date.

die() { printf '\n%s\n' "$1" >&2; exit 1; }

find_python() {
    for candidate in "${SERTAKAN_PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; raise SystemExit(not ((3, 11) <= sys.version_info[:2] <= (3, 13)))' 2>/dev/null; then
            printf '%s' "$candidate"; return 0
        fi
    done
    return 1
}

digest() { "$1" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read() + open("pyproject.toml", "rb").read()).hexdigest())' "$2"; }

environment() {
    wanted=$1
    python=$(find_python) || die "Python 3.11, 3.12 or 3.13 is needed and was not found. Install it, or name it in SERTAKAN_PYTHON."
    for set_name in test core; do
        [ "$set_name" = core ] && [ "$wanted" = test ] && continue
        if [ -f ".venv/installed-$set_name" ] && [ "$(cat ".venv/installed-$set_name")" = "$(digest "$python" "requirements/$set_name.txt")" ] \
            && .venv/bin/python -c 'import sertakan, django' 2>/dev/null; then
            return 0
        fi
    done
    echo "Preparing the Python environment in .venv (once; needs the network) ..." >&2
    if ! .venv/bin/python -c 'import sys' 2>/dev/null; then
        rm -rf .venv
        "$python" -m venv .venv || die "Could not make .venv: the module venv is missing (on Debian: apt install python3-venv)."
    fi
    rm -f .venv/installed-*
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt \
        || die "Could not fetch the installer. Is the network up? Run the same command again."
    if ! .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "requirements/$wanted.txt"; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$wanted.txt" \
            || die "Could not install the libraries. Is the network up? Run the same command again."
    fi
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . \
        || die "Could not install sertakan itself into .venv."
    .venv/bin/python -m compileall -q src/sertakan || true # the reading process starts anew for each file
    digest "$python" "requirements/$wanted.txt" > ".venv/installed-$wanted"
}
