#!/usr/bin/env bash
# Installs the wheel into an empty environment and asks it a question from a folder that is not the checkout.
# usage: wheel.sh PYTHON TORCH
set -euo pipefail
python=$1 torch=$2 checkout=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m venv "$work/venv"
pip="$work/venv/bin/python -m pip --disable-pip-version-check --quiet"
# shellcheck disable=SC2086 # TORCH may hold several words
$pip install $torch
$pip install -c "$checkout/requirements.lock" "$checkout"

cd "$work"
export CLEARPOST_DATA="$work/data" CLEARPOST_MODEL=all-MiniLM-L6-v2
"$work/venv/bin/clearpost" check-content
"$work/venv/bin/clearpost" init "$work/pack"
find "$work/pack/policies" -name '*.md' ! -name disclosure.md ! -name security.md -delete
"$work/venv/bin/clearpost" index --content "$work/pack" --output "$work/index.db"
answer=$("$work/venv/bin/clearpost" ask "can i tell my followers how good our new app is?" --index "$work/index.db" --json)
echo "$answer" | "$work/venv/bin/python" -c '
import json, sys
answer = json.load(sys.stdin)
assert answer["citations"], answer
print("the wheel answers away from the checkout:", answer["outcome"], answer["verdict"], answer["citations"][0]["section"])'
"$work/venv/bin/python" - <<'PYTHON'
from importlib.resources import files
import bot, knowledge
for each in ("bot/channels/web/templates", "bot/channels/web/static", "knowledge/content/policies", "knowledge/search/calibrations"):
    package, _, rest = each.partition("/")
    assert any(files(package).joinpath(rest).iterdir()), f"{each} is not in the wheel"
    assert "site-packages" in str(files(package)), "this is the checkout, not the wheel"
PYTHON
