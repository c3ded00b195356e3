#!/bin/sh
# Chromium for the browser tests: by apt where that is allowed, otherwise a line that says they are skipped.
set -u
if command -v chromium >/dev/null 2>&1; then exit 0; fi
skip() { echo "No Chromium: the browser tests are skipped ($1)."; exit 0; }
command -v apt-get >/dev/null 2>&1 || skip "install Chromium and have 'chromium' on the PATH"
as_root=""
if [ "$(id -u)" != 0 ]; then
  sudo -n true 2>/dev/null || skip "run as root or: sudo apt-get install chromium"
  as_root="sudo -n"
fi
echo "Installing Chromium for the browser tests"
$as_root apt-get update -qq || skip "apt-get update failed"
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
  chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null || skip "apt-get install chromium failed"
