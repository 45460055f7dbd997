# Sourced by the scripts of tools/ and by .ci/run: the packages they need, the build folders they
# make, and the counting of what passed. Bash, with set -euo pipefail in the script.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Debian packages: what the build itself needs, and what the wider checks use beside it.
build_packages=(g++ meson ninja-build pkg-config python3 libboost-test-dev libcereal-dev
  libcli11-dev libfmt-dev liblmdb-dev librapidcheck-dev libre2-dev libsqlite3-dev libxxhash-dev
  python3-jsonschema rapidjson-dev)
check_packages=(clang-14 clang-format-14 cmake doxygen git)

say() { printf '== %s\n' "$*"; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
  done
}

# Installs those of the named packages that are not there, by apt-get; without any missing, nothing
# is run and no network is needed.
need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian or Ubuntu system; these are taken to be installed: $*"
    return
  fi
  local missing=() as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "run as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing with apt-get: ${missing[*]}"
  "${as_root[@]}" apt-get -qq update </dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
    die "apt-get could not install: ${missing[*]}"
}

# build_folder NAME [SETUP ARGUMENT...]: makes build/NAME, or brings its options up to date.
build_folder() {
  local name=$1 args
  shift
  case $name in
    # Lines for the sanitizers' reports are all that is kept of debug information; null pointers end
    # in the address sanitizer's report, and vptr is left out: together a quarter of the compile time.
    debug) args=(-Dbuildtype=debug -Db_sanitize=address,undefined -Dbenchmarks=disabled
      '-Dcpp_args=-D_GLIBCXX_ASSERTIONS -g1 -fno-sanitize=null,vptr') ;;
    thread) args=(-Dbuildtype=debug -Doptimization=1 -Db_sanitize=thread -Dbenchmarks=disabled -Dcpp_args=-g1
      -Dexamples=disabled -Dtools=disabled) ;;
    release) args=(-Dbuildtype=release -Doptimization=2 -Db_ndebug=false) ;;
    *) die "unknown build folder: $name" ;;
  esac
  args+=("$@")
  local folder=$root/build/$name
  if [ -f "$folder/build.ninja" ]; then
    [ $# -gt 0 ] || return 0
    meson configure "$folder" "${args[@]}" >/dev/null
    return
  fi
  say "configuring build/$name: ${args[*]}"
  mkdir -p "$root/build"
  meson setup "$folder" "$root" "${args[@]}" >"$root/build/$name-setup.log" 2>&1 || {
    tail -n 20 "$root/build/$name-setup.log" >&2
    die "meson setup failed; the whole log is build/$name-setup.log"
  }
}

# build_targets NAME [TARGET...]: compiles, printing the command lines of failures only.
build_targets() {
  local name=$1
  shift
  say "compiling build/$name ${*:-}"
  ninja -C "$root/build/$name" -j "${KINDRED_JOBS:-$(nproc)}" --quiet "$@"
}

passed=0
failed=0

# count NAME COMMAND...: runs a check, prints one line and, where it fails, the end of its output. Inside
# a function that is counted, set -e does not hold: it returns what failed.
count() {
  local name=$1 begun=$SECONDS log
  shift
  mkdir -p "$root/build/checks"
  log=$root/build/checks/${name// /-}.log
  if ("$@") >"$log" 2>&1 </dev/null; then  # a subshell: what dies in it fails this check only
    passed=$((passed + 1))
    printf 'ok    %s (%s s)\n' "$name" "$((SECONDS - begun))"
    grep -h '^skipped: ' "$log" || true
  else
    failed=$((failed + 1))
    printf 'FAIL  %s (%s s): %s\n' "$name" "$((SECONDS - begun))" "$*"
    tail -n 40 "$log" | sed 's/^/      /'
  fi
}

# count_build NAME [SETUP ARGUMENT...] [-- TARGET...]: makes and compiles a build folder, as one check.
count_build() {
  local before=$failed
  count "build $1" compile_folder "$@"
  [ "$failed" -eq "$before" ]
}
compile_folder() {
  local name=$1 setup=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    setup+=("$1")
    shift
  done
  [ $# -eq 0 ] || shift
  build_folder "$name" ${setup[@]+"${setup[@]}"} && build_targets "$name" "$@"
}

# count_tests NAME [GREP ARGUMENT...]: runs the tests of build/NAME whose names grep lets through, all
# without arguments, and adds up their cases.
count_tests() {
  local name=$1 report figures log tests=()
  shift
  say "tests of build/$name"
  [ $# -gt 0 ] || set -- .
  mapfile -t tests < <(meson introspect --tests "$root/build/$name" |
    python3 -c 'import json, sys; print("\n".join(test["name"] for test in json.load(sys.stdin)))' |
    grep -E "$@")
  [ ${#tests[@]} -gt 0 ] || die "no test of build/$name is left by: $*"
  log=$root/build/$name/meson-logs/testlog.json
  rm -f "$log"
  BOOST_TEST_REPORT_LEVEL=short UBSAN_OPTIONS=print_stacktrace=1 \
    meson test -C "$root/build/$name" --no-rebuild --num-processes "${KINDRED_JOBS:-$(nproc)}" --timeout-multiplier 4 \
    "${tests[@]}" >"$root/build/$name-tests.log" 2>&1 </dev/null || true
  if ! report=$("$root/tools/lib/count-tests" "$log" 2>&1); then
    failed=$((failed + 1))
    printf 'FAIL  meson test wrote no log of results:\n%s\n' "$report"
    tail -n 20 "$root/build/$name-tests.log"
    return
  fi
  figures=${report##*$'\n'}
  [ "$figures" = "$report" ] || printf '%s\n' "${report%$'\n'*}"
  passed=$((passed + ${figures% *}))
  failed=$((failed + ${figures#* }))
}

# The closing line; fails where anything failed, or nothing ran.
conclude() {
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
