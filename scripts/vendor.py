"""Fetch the fonts, icons, network marks and charts that pages serve from our own origin.

`make vendor` runs this. Needs npm on the path; what it writes is committed, so nobody else does.
"""

import json
import re
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static" / "vendor"
TESTS = ROOT / "tests" / "vendor"

INTER = "@fontsource-variable/inter@5.3.0"
LUCIDE = "lucide-static@1.62.0"
MARKS = "simple-icons@16.37.0"
EMOJI = "emojibase-data@17.0.0"
AXE = "axe-core@4.14.1"
CHARTS = "uplot@1.6.32"

EMOJI_LANGUAGES = ("en", "de", "es")
# Newer ones are boxes on many customers' phones.
NEWEST_EMOJI = 15.1

# From regular to bold; kerning, ligatures, marks, and figures of one width.
WEIGHTS = (400, 700)
FORMS = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum"]
INTER_SUBSETS = ("latin", "latin-ext", "greek", "cyrillic", "vietnamese")

ICONS = (
    "alarm-clock", "arrow-up", "badge-check", "ban", "bell", "bell-off", "book-check", "book-open-text", "check",
    "check-check", "chevron-down", "chevron-left", "chevron-right", "circle-alert", "circle-check-big", "circle-dot",
    "circle-help", "circle-user-round", "clock", "code-xml", "ellipsis", "external-link", "file-pen-line", "flag",
    "gauge", "globe", "inbox", "info", "keyboard", "layers", "link-2", "list", "list-filter", "lock", "log-out",
    "mail", "merge", "message-circle", "message-square", "message-square-lock", "moon", "panel-left", "paperclip",
    "pen-line", "plus", "radio", "refresh-cw", "rotate-ccw", "rows-3", "rows-4", "search", "send", "settings",
    "shield-alert", "shield-check", "signature", "smile", "split", "sticky-note", "sun", "sun-moon", "tag",
    "triangle-alert", "user-plus", "user-round", "user-round-x", "users", "wifi-off", "x", "zap",
)  # fmt: skip

NETWORKS = (
    "appstore", "bluesky", "discord", "facebook", "googleplay", "instagram", "line", "mastodon", "messenger",
    "reddit", "telegram", "threads", "tiktok", "trustpilot", "whatsapp", "x", "youtube",
)  # fmt: skip


def main() -> None:
    """Fetch everything anew and say what was written."""
    STATIC.mkdir(parents=True, exist_ok=True)
    TESTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        names = (INTER, LUCIDE, MARKS, EMOJI, AXE, CHARTS)
        inter, lucide, marks, emoji, axe, charts = (_unpack(name, Path(folder)) for name in names)
        _write_font(inter)
        _write_icons(lucide, marks)
        _write_emoji(emoji)
        _write_charts(charts)
        (TESTS / "axe.min.js").write_bytes((axe / "axe.min.js").read_bytes())
        (TESTS / "LICENSE-axe-core.txt").write_bytes((axe / "LICENSE").read_bytes())
        versions = [_version(package) for package in (inter, lucide, marks, emoji, axe, charts)]
    (STATIC / "versions.txt").write_text("\n".join(versions) + "\n")
    print(f"vendored {len(ICONS)} icons, {len(NETWORKS)} marks, {len(INTER_SUBSETS)} font subsets:")
    print("\n".join(versions))


def _unpack(package: str, folder: Path) -> Path:
    """Fetch one package with npm and return the folder that it was unpacked to."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    target = folder / package.rpartition("@")[0].strip("@").replace("/", "-")
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package" if (target / "package").is_dir() else target


def _version(folder: Path) -> str:
    """Return "name version (licence)" of an unpacked package."""
    about = json.loads((folder / "package.json").read_text())
    return f"{about['name']} {about['version']} ({about['license']})"


def _write_font(inter: Path) -> None:
    """Write Inter's subsets and the @font-face rules that load each only where its letters occur."""
    ranges = json.loads((inter / "unicode.json").read_text())
    rules = []
    for subset in INTER_SUBSETS:
        name = f"inter-{subset}.woff2"
        _write_narrowed(inter / "files" / f"inter-{subset}-wght-normal.woff2", STATIC / name)
        rules.append(
            "@font-face {\n  font-family: Inter;\n  font-weight: 400 700;\n  font-display: swap;\n"
            f'  src: url("{name}") format("woff2");\n  unicode-range: {ranges[subset]};\n}}\n'
        )
    (STATIC / "inter.css").write_text("\n".join(rules))
    (STATIC / "LICENSE-inter.txt").write_bytes((inter / "LICENSE").read_bytes())


def _write_narrowed(source: Path, target: Path) -> None:
    """Write a font with the weights and the forms that pages use: a third less on every first visit."""
    light = BytesIO()
    instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": WEIGHTS}).save(light)
    font = TTFont(light, recalcTimestamp=False)
    chosen = Subsetter(Options(layout_features=FORMS, name_IDs=["*"], notdef_outline=True))
    chosen.populate(unicodes=font.getBestCmap())
    chosen.subset(font)
    font.flavor = "woff2"
    font.save(target)


def _write_icons(lucide: Path, marks: Path) -> None:
    """Write one sprite: <symbol id="inbox"> for icons, <symbol id="network-bluesky"> for marks."""
    symbols = [_symbol(lucide / "icons" / f"{name}.svg", name, "stroke") for name in ICONS]
    symbols += [_symbol(marks / "icons" / f"{name}.svg", f"network-{name}", "fill") for name in NETWORKS]
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'
    (STATIC / "icons.svg").write_text(sprite)
    (STATIC / "LICENSE-lucide.txt").write_bytes((lucide / "LICENSE").read_bytes())
    (STATIC / "LICENSE-simple-icons.txt").write_bytes((marks / "LICENSE.md").read_bytes())


def _write_emoji(emoji: Path) -> None:
    """Write the emoji of each language of the pages: [emoji, name, group, other words, short codes] in their order."""
    codes = json.loads((emoji / "en" / "shortcodes" / "github.json").read_text())
    for language in EMOJI_LANGUAGES:
        told = json.loads((emoji / language / "messages.json").read_text())["groups"]
        groups = [group for group in sorted(told, key=lambda group: group["order"]) if group["key"] != "component"]
        places = {group["order"]: place for place, group in enumerate(groups)}
        found = json.loads((emoji / language / "data.json").read_text())
        known = [one for one in found if one.get("group") in places and one["version"] <= NEWEST_EMOJI]
        rows = [_emoji_row(one, places, codes) for one in sorted(known, key=lambda one: one["order"])]
        names = [group["message"][:1].upper() + group["message"][1:] for group in groups]
        text = json.dumps({"groups": names, "emoji": rows}, ensure_ascii=False, separators=(",", ":"))
        (STATIC / f"emoji-{language}.json").write_text(text.replace("],[", "],\n[") + "\n")
    (STATIC / "LICENSE-emojibase.txt").write_bytes((emoji / "LICENSE").read_bytes())


def _write_charts(charts: Path) -> None:
    """Write what draws charts: one script without dependencies, loaded by the pages that have any."""
    (STATIC / "uplot.js").write_bytes((charts / "dist" / "uPlot.iife.min.js").read_bytes())
    (STATIC / "uplot.css").write_bytes((charts / "dist" / "uPlot.min.css").read_bytes())
    (STATIC / "LICENSE-uplot.txt").write_bytes((charts / "LICENSE").read_bytes())


def _emoji_row(one: dict, places: dict[int, int], codes: dict[str, str | list[str]]) -> list[str | int]:
    short = codes.get(one["hexcode"].removesuffix("-FE0F"), codes.get(one["hexcode"], []))
    named = " ".join([short] if isinstance(short, str) else short)
    return [one["emoji"], one["label"], places[one["group"]], " ".join(one.get("tags", [])), named]


def _symbol(path: Path, name: str, paint: str) -> str:
    """Return a drawing as a sprite's symbol."""
    found = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.DOTALL)
    if found is None:
        raise SystemExit(f"{path.name} holds no drawing")
    shape = re.sub(r"<title>.*?</title>", "", found[1])
    shape = re.sub(r"\s+", " ", shape).strip()
    style = (
        'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        if paint == "stroke"
        else 'fill="currentColor"'
    )
    return f'<symbol id="{name}" viewBox="0 0 24 24" {style}>{shape}</symbol>\n'


if __name__ == "__main__":
    main()
