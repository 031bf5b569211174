# shellcheck shell=sh
# Sourced by every script: puts the project's tools and one Rust toolchain first on PATH.
#
# The toolchain is rustup's when that has the browser target, else the system's (Debian's rustc-web).
# The choice is kept as links in $KEYDESK_TOOLS/rust, so that sourcing this file asks nothing and costs nothing.

KEYDESK_TOOLS="${KEYDESK_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/keydesk/tools}"
export KEYDESK_TOOLS

# The directory of a toolchain's own programs, printed if it is new enough and can build for the browser.
keydesk_toolchain() {
  "$1" -V 2>/dev/null | awk '{ split($2, v, "."); exit !(v[1] > 1 || v[2] >= 94) }' || return 1
  keydesk_sysroot=$("$1" --print sysroot) || return 1
  [ -d "$keydesk_sysroot/lib/rustlib/wasm32-unknown-unknown/lib" ] || return 1
  printf '%s\n' "$keydesk_sysroot/bin"
}

# Chooses and keeps the choice. Called when there is none, when its files are gone, and by setup/install.
keydesk_choose_toolchain() {
  keydesk_bin=
  if command -v rustup >/dev/null 2>&1; then
    keydesk_bin=$(keydesk_toolchain "$(rustup which rustc 2>/dev/null)") || keydesk_bin=
  fi
  [ -n "$keydesk_bin" ] || keydesk_bin=$(keydesk_toolchain /usr/bin/rustc) || keydesk_bin=$(keydesk_toolchain rustc) || return 1
  mkdir -p "$KEYDESK_TOOLS/rust" || return 1
  for keydesk_tool in cargo rustc rustdoc cargo-clippy clippy-driver cargo-fmt rustfmt; do
    rm -f "$KEYDESK_TOOLS/rust/$keydesk_tool"
    [ ! -x "$keydesk_bin/$keydesk_tool" ] || ln -s "$keydesk_bin/$keydesk_tool" "$KEYDESK_TOOLS/rust/$keydesk_tool"
  done
}

if [ ! -x "$KEYDESK_TOOLS/rust/rustc" ] || [ ! -x "$KEYDESK_TOOLS/rust/cargo" ]; then
  keydesk_choose_toolchain || true
fi

case ":$PATH:" in
  ":$KEYDESK_TOOLS/bin:$KEYDESK_TOOLS/rust:"*) ;;
  *) PATH="$KEYDESK_TOOLS/bin:$KEYDESK_TOOLS/rust:$PATH" ;;
esac
export PATH
