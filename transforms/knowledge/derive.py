"""Make people.csv.gz and positions.csv.gz from open data.

    python -m newsbeam.transforms.knowledge.derive FOLDER
    python -m newsbeam.transforms.knowledge.derive_places FOLDER

FOLDER holds the lists that SOURCES.md names, as gzipped CSV. Only lists whose licence lets derived
facts be shipped are read: CC0, public domain, PDDL, Unicode, CC BY (GeoNames), MIT. Run it when a
list has a newer edition; the pipeline imports none of this.
"""

import csv
import gzip
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
Row = dict[str, str]
SNAPSHOT = "2022-08"  # of the lists of office holders; what began later is not in them
FACTBOOK = "2026-02"
# Rival forms of a jurisdiction, and parts of states that have ministers of their own.
JURISDICTIONS = {"Q55": "NLD", "Q26": "GBR", "Q22": "GBR", "Q25": "GBR"}
# States whose parts have governments that the news names; with the commoner English names of parts.
FEDERATIONS = "US CA AU DE AT CH RU IN BR MX NG MY PK ZA AE ET AR VE BE".split()
ENGLISH = {
    "Bayern": "Bavaria", "Hessen": "Hesse", "Sachsen": "Saxony", "Thüringen": "Thuringia",
    "Niedersachsen": "Lower Saxony", "Nordrhein-Westfalen": "North Rhine-Westphalia",
    "Rheinland-Pfalz": "Rhineland-Palatinate", "Sachsen-Anhalt": "Saxony-Anhalt",
    "Mecklenburg-Vorpommern": "Mecklenburg-Western Pomerania", "Québec": "Quebec",
    "Kärnten": "Carinthia", "Steiermark": "Styria", "Tirol": "Tyrol", "Niederösterreich":
    "Lower Austria", "Oberösterreich": "Upper Austria", "Genève": "Geneva", "Orissa": "Odisha",
    "Uttaranchal": "Uttarakhand", "Buryat": "Buryatia", "Ingush": "Ingushetia", "Adygey": "Adygea",
    "Gorno-Altay": "Altai Republic", "Kabardin-Balkar": "Kabardino-Balkaria",
    "Karachay-Cherkess": "Karachay-Cherkessia", "Dubay": "Dubai",
    "Kalmyk": "Kalmykia", "Chuvash": "Chuvashia",
    "Khakass": "Khakassia", "Mariy-El": "Mari El", "Tuva": "Tuva", "Udmurt": "Udmurtia",
}  # fmt: skip
# Cities that are also parts, whose place is that of the city; odd cells of the list.
NO_PARTS = {"Berlin", "Bremen", "Hamburg", "Wien", "Moskva", "Delhi", "Goi", "Par", "Amapi",
            "Maranh", "Maga Buryatdan", "City of St. Petersburg", "Distrito Federal"}  # fmt: skip
LEADER = re.compile(
    r"^(?:represented by )?(?P<title>(?:Interim |Acting |Transitional )?"
    r"(?:President|Prime Minister|"
    r"Chancellor|Governor[- ]General|Premier|Taoiseach|Supreme Leader|Chief Minister|King|Queen|"
    r"Amir|Sultan|Emperor|Grand Duke|Prince|Pope))\s+"
    r"(?:Dr\. |Gen\. |Dame |Sir |Sheikh |SHAYKH )?"
    r"(?P<name>[^(),;]+)$"
)
# The president of France is a head of Andorra, and the British king of fourteen other states.
SHARED = ("AND",)
KINGDOMS = "GBR ESP NLD BEL DNK NOR SWE JOR SAU MAR BHR THA BTN KHM TON LSO SWZ MYS".split()
REGIONAL = re.compile(
    r"State (?:Senate|Assembly)|Legislative (?:Assembly|Council)|Provincial Parliament|"
    r"House of (?:Delegates|Assembly)"
)
LONGEST = 120  # characters of a name; longer cells of the lists are sentences


def read(folder: Path, name: str) -> Iterator[Row]:
    """The rows of one list."""
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def write(name: str, columns: tuple[str, ...], rows: Iterable[Iterable[str]]) -> int:
    """Write a gzipped CSV, the same bytes for the same rows; how many there are."""
    made = list(rows)
    with (HERE / name).open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        lines = [",".join(columns), *map(_line, made)]
        packed.write("".join(f"{line}\n" for line in lines).encode())
    return len(made)


def _line(cells: Iterable[str]) -> str:
    quoted = (
        '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell for cell in cells
    )
    return ",".join(quoted)


def folded(name: str) -> str:
    """A name as two lists are compared: no marks, no case, no order of its words."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(sorted(re.findall(r"\w+", plain)))


def slugged(name: str) -> str:
    """A name as a local id has it: small Latin letters and digits, in their order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "-".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if ord(c) < 128)))


def tidy(names: Iterable[str]) -> list[str]:
    """Names that can be looked for, each once."""
    cut = (re.sub(r"\s+", " ", name.split("(")[0]).strip(" ,.-") for name in names)
    return list(dict.fromkeys(n for n in cut if 1 < len(n) <= LONGEST and "|" not in n))


def _person(key: str, name: str) -> Row:
    """A person of whom nothing but the name is known."""
    return dict.fromkeys(("other_names", "gender", "birth_year", "death_date"), "") | {
        "qid": key,
        "name": name,
    }


def people(folder: Path) -> None:
    """People with their offices, and the positions that these are of."""
    states = {row["qid"]: row["iso3"] for row in read(folder, "states_codes_names_cldr")}
    # The heads of dependent territories are mostly those of their states.
    by_fips = {
        row["fips_gec"].lower(): row["iso3"]
        for row in read(folder, "states_codes_names_cldr")
        if row["is_independent"] == "Yes"
    }
    named = {part for _, part in parts_of_federations(folder)} | set(ENGLISH.values())
    parts = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(named)))})\b")
    positions: dict[tuple[str, str, str, str], int] = {}
    offices: dict[str, dict[str, None]] = defaultdict(dict)
    jurisdictions: dict[str, Counter[str]] = defaultdict(Counter)

    def position(label: str, where: str, kind: str, as_of: str) -> int:
        country = states.get(where) or JURISDICTIONS.get(where, "")
        key = (label, country or where, kind, as_of)
        return positions.setdefault(key, len(positions))

    for name in ("people_offices_wikidata_2022", "people_legislators_wikidata_2022"):
        for row in read(folder, name):
            where, label = row["jurisdiction_qid"], row["position"]
            if not row["person_qid"] or label.startswith("[") or not label:
                continue
            if not where and "Parliamentary Assembly" not in label:
                continue
            kind = "legislator" if row["kind"] == "legislator" else "office"
            if kind == "legislator" and (REGIONAL.search(label) or parts.search(label)):
                kind = "regional"
            number = position(label, where, kind, SNAPSHOT)
            if row["end"] and row["start"] and row["end"] < row["start"]:
                continue
            offices[row["person_qid"]][f"{number}~{row['start']}~{row['end']}"] = None
            jurisdictions[row["person_qid"]][
                states.get(where) or JURISDICTIONS.get(where) or where
            ] += 1
    labels: dict[str, str] = {}
    for row in read(folder, "leaders_wikidata_2021"):
        if row["officeholder"] and states.get(row["countryid"]) not in SHARED:
            key, label = row["officeholder"], re.sub(r" of .*", "", row["positionLabel"])
            number = position(label, row["countryid"], "office", "2022")
            offices[key][f"{number}~{row['start_year']}~{row['end_year']}"] = None
            jurisdictions[key][states.get(row["countryid"], row["countryid"])] += 1
            labels[key] = row["officeholderLabel"]
    for row in read(folder, "foreign_ministers_wikidata_2023"):
        if row["person_qid"] and row["country_qid"]:
            key = row["person_qid"]
            number = position(row["position"], row["country_qid"], "office", "2023-01")
            offices[key][f"{number}~{row['start']}~"] = None
            jurisdictions[key][states.get(row["country_qid"], row["country_qid"])] += 1
            labels[key] = row["name"]
    known: dict[str, Row] = {}
    by_name: dict[str, list[str]] = defaultdict(list)
    for row in read(folder, "people_names_wikidata_2022"):
        if row["qid"] in offices:
            known[row["qid"]] = row
            for name in {folded(n) for n in (row["name"], *row["other_names"].split("|"))}:
                by_name[name].append(row["qid"])
    for key in offices.keys() - known.keys() & labels.keys():
        known[key] = _person(key, labels[key])
        by_name[folded(labels[key])].append(key)
    added: dict[str, Row] = {}
    for row in read(folder, "leaders_factbook_2026"):
        said = LEADER.match(row["title_and_name"])
        country = by_fips.get(row["gec_code"].lower(), "")
        if row["role"] not in ("chief of state", "head of government") or not (said and country):
            continue
        if country in SHARED or (said["title"] == "King" and country not in KINGDOMS):
            continue
        name = " ".join(
            w.capitalize() if w.isupper() and len(w) > 3 else w for w in said["name"].split()
        )
        if " " not in name:
            continue
        number = position(
            said["title"], next(q for q, c in states.items() if c == country), "office", FACTBOOK
        )
        # "Donald J. Trump" is whom the other lists call by his first and last word, where nobody
        # else of the state is called so.
        ends = folded(f"{name.split()[0]} {name.split()[-1]}")
        same = [q for q in by_name[folded(name)] or by_name[ends] if country in jurisdictions[q]]
        key = same[0] if len(same) == 1 else f"x:{slugged(name)}"
        if not same:
            added[key] = _person(key, name)
        offices[key][f"{number}~{row['since']}~"] = None
    rows = []
    for qid, row in sorted({**known, **added}.items()):
        stated = (row["name"], *row["other_names"].split("|"))
        # Some lists write surnames in capitals.
        names = tidy(
            " ".join(w.title() if w.isupper() and len(w) > 3 else w for w in name.split())
            for name in stated
        )
        if names:
            sex = {"male": "m", "female": "f"}.get(row["gender"], "")
            others, held = "|".join(names[1:]), "|".join(offices[qid])
            rows.append((qid, names[0], others, sex, row["birth_year"], row["death_date"], held))
    print(
        write(
            "people.csv.gz", ("id", "name", "other_names", "sex", "born", "died", "offices"), rows
        ),
        "people",
    )
    numbered = ((str(number), *key) for key, number in positions.items())
    print(
        write("positions.csv.gz", ("number", "label", "jurisdiction", "kind", "as_of"), numbered),
        "positions",
    )


def parts_of_federations(folder: Path) -> set[tuple[str, str]]:
    """The parts of each federation, as the list of its towns calls them."""
    rows = read(folder, "places_naturalearth_world")
    parts = {(row["iso2"], row["admin1"]) for row in rows if row["iso2"] in FEDERATIONS}
    return {(iso2, part) for iso2, part in parts if part and part not in NO_PARTS}


if __name__ == "__main__":
    people(Path(sys.argv[1]))
