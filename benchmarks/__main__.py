"""Runs the benchmarks named on the command line, or all of them: `make bench ARGS="intake live"`."""

import subprocess
import sys

ALL = (
    "intake",
    "reply",
    "live",
    "propagation",
    "list",
    "views",
    "reports",
    "search",
    "similar",
    "sla",
    "assignment",
    "suggestion",
    "guard",
    "delivery",
    "spikes",
)


def main() -> int:
    """Run each in a process of its own, so that none warms another; return 2 for a name that is none."""
    names = sys.argv[1:] or list(ALL)
    if unknown := set(names) - set(ALL):
        print(f"No benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(ALL)}.")
        return 2
    codes = []
    for name in names:
        print(f"\n== {name} ==", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.bench_{name}"], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
