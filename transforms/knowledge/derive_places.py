"""Make places.csv.gz and bodies.csv.gz from open data: see derive.py."""

import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from newsbeam.transforms.knowledge.derive import (
    ENGLISH,
    SNAPSHOT,
    folded,
    parts_of_federations,
    read,
    slugged,
    tidy,
    write,
)

# As American papers write them (AP style); the two letters of the post are other words, too.
ABBREVIATIONS = {
    "Alabama": "Ala", "Arizona": "Ariz", "Arkansas": "Ark", "California": "Calif",
    "Colorado": "Colo", "Georgia": "Ga", "Connecticut": "Conn", "Delaware": "Del",
    "Florida": "Fla", "Illinois": "Ill", "Indiana": "Ind", "Kansas": "Kan", "Kentucky": "Ky",
    "Maryland": "Md", "Massachusetts": "Mass", "Michigan": "Mich", "Minnesota": "Minn",
    "Mississippi": "Miss", "Missouri": "Mo", "Montana": "Mont", "Nebraska": "Neb", "Nevada": "Nev",
    "New Hampshire": "N.H", "New Jersey": "N.J", "New Mexico": "N.M", "New York": "N.Y",
    "North Carolina": "N.C", "North Dakota": "N.D", "Oklahoma": "Okla", "Oregon": "Ore",
    "Pennsylvania": "Pa", "Rhode Island": "R.I", "South Carolina": "S.C", "South Dakota": "S.D",
    "Tennessee": "Tenn", "Vermont": "Vt", "Virginia": "Va", "Washington": "Wash",
    "West Virginia": "W.Va", "Wisconsin": "Wis", "Wyoming": "Wyo",
}  # fmt: skip
# Parts that actors.csv has by hand.
BY_HAND = {"Georgia": "x:georgia-us", "California": "x:california", "Texas": "x:texas"}
SCRIPTS = ("alt_cyrillic", "alt_georgian", "alt_armenian")
MOST_NAMES = 12  # of a place in one alphabet


def places(folder: Path) -> None:
    """Places by GeoNames, with Wikidata's id where Natural Earth has it; parts of federations."""
    states = {row["iso2"]: row["iso3"] for row in read(folder, "states_codes_names_cldr")}
    ids, english = {}, {}
    for row in read(folder, "places_naturalearth_world"):
        ids[row["geonames_id"]] = row["qid"]
        english[row["geonames_id"]] = row["name_en"]
    rows = []
    for iso2, part in sorted(parts_of_federations(folder)):
        short = ABBREVIATIONS.get(part, "") if iso2 == "US" else ""
        names = tidy((ENGLISH.get(part, part), part, short))
        key = (iso2 == "US" and BY_HAND.get(part)) or f"x:{iso2.lower()}-{slugged(names[0])}"
        rows.append((key, names[0], "|".join(names[1:]), states[iso2], "part", ""))
    seen = set()
    for name in (
        "places_geonames_GE_AM_AZ",
        "places_geonames_neighbours_5k",
        "places_geonames_world_15k",
    ):
        for row in read(folder, name):
            number = row["geonames_id"]
            if number in seen or not states.get(row["iso2"]):
                continue
            seen.add(number)
            # Natural Earth files a few numbers under another feature: its name must be ours.
            is_same = folded(english.get(number, "")) == folded(row["name"])
            key = ids[number] if is_same and ids.get(number) else f"x:geonames-{number}"
            plain = unicodedata.normalize("NFKD", row["name"])
            plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("’", "")
            latin = row["alt_latin"].split("|") if name == "places_geonames_GE_AM_AZ" else []
            others = [
                other
                for some in (latin, *(row[column].split("|") for column in SCRIPTS))
                for other in tidy(some)[:MOST_NAMES]
                if len(other) > 3 and "  " not in other
            ]
            names = tidy((row["name"], plain, *others))
            if names:
                rows.append(
                    (
                        key,
                        names[0],
                        "|".join(names[1:]),
                        states[row["iso2"]],
                        "town",
                        row["population"],
                    )
                )
    print(
        write(
            "places.csv.gz", ("id", "name", "other_names", "country", "kind", "population"), rows
        ),
        "places",
    )


def bodies(folder: Path) -> None:
    """Parties, international organisations, cabinets and outlets."""
    states = {row["qid"]: row["iso3"] for row in read(folder, "states_codes_names_cldr")}
    by_name = {row["cldr_en"]: row["iso3"] for row in read(folder, "states_codes_names_cldr")}
    by_name |= {
        row["unterm_en_short"]: row["iso3"] for row in read(folder, "states_codes_names_cldr")
    }
    rows: dict[str, tuple[str, ...]] = {}

    def add(
        key: str, names: Iterable[str], country: str, sector: str, source: str, as_of: str
    ) -> None:
        good = tidy(names)
        if good:
            key = key or f"x:{slugged(good[0]) or 'body'}-{country.lower() or 'int'}"
            rows.setdefault(key, (key, good[0], "|".join(good[1:]), country, sector, source, as_of))

    for row in read(folder, "parties_partyfacts"):
        names = (row["name_en"], row["name_native"], row["name_local_latin"], row["name_short"])
        if row["qid"] and row["name_en"]:
            add(
                row["qid"],
                names,
                row["country_iso3"],
                "party",
                "Party Facts (MIT; ids of Wikidata, CC0)",
                "2026-03",
            )
    for row in read(folder, "igo_memberships_2020"):
        add(
            "",
            (row["org_name"], row["org_id"]),
            "",
            "intergovernmental",
            "CIA World Factbook (public domain)",
            "2020-12",
        )
    for row in read(folder, "cabinets_terms_wikidata_2022"):
        if row["kind"] == "cabinet" and not re.fullmatch(r"Q\d+", row["label"]):
            add(
                row["qid"],
                (row["label"],),
                states.get(row["jurisdiction_qid"], ""),
                "government",
                "Wikidata (CC0)",
                SNAPSHOT,
            )
    for row in read(folder, "media_state_matrix_ASD_2024"):
        add(
            "",
            (row["asset"],),
            by_name.get(row["country"], ""),
            "media",
            "Alliance for Securing Democracy (MIT)",
            "2024-02",
        )
    for row in read(folder, "media_ownership_kite_2026"):
        add(
            "",
            (row["organization"],),
            by_name.get(row["country"], ""),
            "media",
            "kagisearch/kite-public (MIT)",
            "2026-05",
        )
    columns = ("id", "name", "other_names", "country", "sector", "source", "as_of")
    print(write("bodies.csv.gz", columns, rows.values()), "bodies")


if __name__ == "__main__":
    places(Path(sys.argv[1]))
    bodies(Path(sys.argv[1]))
