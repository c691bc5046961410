"""Writes a bundle's licenses/ and sbom.cdx.json: what ships in the command and in the library.

Which crates ship, `cargo tree` says (normal edges, no procedural macros); all else comes from `cargo metadata`, Cargo.lock
and the crates' own sources. Standard library only.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import tomllib

ARTIFACTS = {"airlock": "license-cli", "libairlock_verifier": "verifier-ffi"}
# The bundle's command is the instance's: without the desk's registry.
FEATURES = {"license-cli": ["--no-default-features"], "verifier-ffi": []}
LICENSE_FILE = re.compile(r"(licen[cs]e|copying|notice|copyright|unlicense)", re.IGNORECASE)


def cargo(*arguments):
    """Returns what cargo prints."""
    return subprocess.run(["cargo", *arguments], check=True, capture_output=True, text=True).stdout


def shipped(triple):
    """Returns {(name, version): [artifact, ...]}."""
    found = {}
    for artifact, package in ARTIFACTS.items():
        tree = cargo("tree", "--locked", "--edges", "normal,no-proc-macro", "--target", triple, "--package", package,
                     *FEATURES[package], "--prefix", "none", "--format", "{p}")
        for line in set(tree.splitlines()) - {""}:
            name, version = line.split()[:2]
            artifacts = found.setdefault((name, version.removeprefix("v")), [])
            if artifact not in artifacts:
                artifacts.append(artifact)
    return found


def crates(triple):
    """Returns the shipped crates in the order of their names, with licence texts and checksums."""
    metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", triple))
    lock = tomllib.loads(pathlib.Path("Cargo.lock").read_text())
    checksums = {(one["name"], one["version"]): one.get("checksum") for one in lock["package"]}
    ships = shipped(triple)
    by_id = {one["id"]: (one["name"], one["version"]) for one in metadata["packages"]}
    needs = {by_id[node["id"]]: normal_needs(node, by_id, ships) for node in metadata["resolve"]["nodes"]}
    listed = [crate(one, ships, checksums, needs) for one in metadata["packages"] if (one["name"], one["version"]) in ships]
    if len(listed) != len(ships):
        raise SystemExit("bundle: cargo tree and cargo metadata do not name the same crates")
    return sorted(listed, key=lambda one: (one["name"], one["version"]))


def normal_needs(node, by_id, ships):
    """Returns what a crate needs at run time, of what ships."""
    normal = [by_id[one["pkg"]] for one in node["deps"] if any(kind["kind"] is None for kind in one["dep_kinds"])]
    return sorted(set(normal) & set(ships))


def crate(package, ships, checksums, needs):
    """Returns one crate as a record."""
    key = (package["name"], package["version"])
    folder = pathlib.Path(package["manifest_path"]).parent
    own = package["source"] is None
    return {
        "name": key[0], "version": key[1], "license": (package["license"] or "").replace("/", " OR "),
        "purl": f"pkg:cargo/{key[0]}@{key[1].replace('+', '%2B')}", "sha256": checksums[key], "in": ships[key],
        "texts": license_texts(pathlib.Path.cwd() if own else folder, package["license_file"]) or chosen(package["license"]),
        "needs": [f"pkg:cargo/{name}@{version.replace('+', '%2B')}" for name, version in needs[key]],
    }


def license_texts(folder, named):
    """Returns the licence texts of a crate's sources."""
    names = {one for one in os.listdir(folder) if LICENSE_FILE.match(one) and (folder / one).is_file()}
    for one in [one for one in os.listdir(folder) if LICENSE_FILE.match(one) and (folder / one).is_dir()]:
        names |= {f"{one}/{inner}" for inner in os.listdir(folder / one) if (folder / one / inner).is_file()}
    if named:
        names.add(named)
    return [(folder / one).read_text(encoding="utf-8", errors="replace").strip() for one in sorted(names)]


def chosen(expression):
    """Returns the text of the licence that is taken where a crate's sources have none and offer it: Apache-2.0, whose text
    names nobody and is the same everywhere."""
    offered = (expression or "").replace("/", " OR ").split(" OR ")
    return [pathlib.Path("LICENSE-APACHE").read_text().strip()] if "Apache-2.0" in map(str.strip, offered) else []


def other_parts(wheels):
    """Returns what ships and is no crate of Cargo.lock."""
    both = list(ARTIFACTS)
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    zig = next(pathlib.Path(wheels).glob("ziglang-*.dist-info")).name.removeprefix("ziglang-").removesuffix(".dist-info")
    lib = pathlib.Path(wheels) / "ziglang/lib"
    return [
        part("rust-std", rustc, "Apache-2.0 OR MIT", both, ["The notices stand in licenses/rust-std.html."]),
        part("zig compiler-rt", zig, "MIT", both, [(lib.parent / "LICENSE").read_text()]),
        part("llvm-libunwind", f"of zig {zig}", "Apache-2.0 WITH LLVM-exception", ["airlock"],
             [(lib / "libunwind/LICENSE.TXT").read_text()]),
        part("glibc start files", f"of zig {zig}", "LGPL-2.1-or-later", both,
             ["Linked into every program for glibc; their sources except such linking from the LGPL's terms.",
              (lib / "libc/glibc/LICENSES").read_text(errors="replace")]),
        part("DejaVu fonts", *dejavu()),
        part("sqlite", sqlite_version(), "blessing", ["airlock"],
             ["SQLite is in the public domain: the author disclaims copyright to its source code."]),
    ]


def part(name, version, expression, artifacts, texts):
    """Returns a part that is no crate as a record."""
    return {"name": name, "version": version, "license": expression, "purl": None, "sha256": None, "in": artifacts,
            "texts": [text.strip() for text in texts], "needs": []}


def sources(name):
    """Returns the folder of a crate's sources."""
    metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1"))
    return pathlib.Path(next(one["manifest_path"] for one in metadata["packages"] if one["name"] == name)).parent


def dejavu():
    """Returns version, licence, where and licence text of the fonts that the crate `dejavu` carries."""
    text = next(sources("dejavu").glob("assets/dejavu-fonts-ttf-*/LICENSE"))
    return text.parent.name.rpartition("-")[2], "Bitstream-Vera", ["airlock"], [text.read_text(encoding="utf-8")]


def sqlite_version():
    """Returns the version of the SQLite that libsqlite3-sys builds."""
    header = (sources("libsqlite3-sys") / "sqlite3/sqlite3.h").read_text()
    return re.search(r'define SQLITE_VERSION +"([^"]+)"', header)[1]


def write_list(path, records):
    """Writes licenses/crates.txt: the list, then each different text once."""
    numbers = {}
    lines = ["What ships, in which file, under which licence, and where below its licence texts stand.", ""]
    for one in records:
        places = [numbers.setdefault(text, len(numbers) + 1) for text in one["texts"]]
        stands = "texts " + ", ".join(map(str, places)) if places else "no licence text in its sources"
        lines.append(f"{one['name']} {one['version']}\n    {one['license']}\n    in {', '.join(one['in'])}; {stands}")
    for text, number in numbers.items():
        lines.append(f"\n{'=' * 100}\ntext {number}\n{'=' * 100}\n\n{text}")
    path.write_text("\n".join(lines) + "\n")


def reference(record):
    """Returns the name by which the SBOM's other entries refer to a record."""
    return record["purl"] or f"{record['name']} {record['version']}"


def component(record):
    """Returns a record as a CycloneDX component."""
    entry = {"type": "library", "bom-ref": reference(record), "name": record["name"], "version": record["version"],
             "scope": "required", "licenses": [{"expression": record["license"]}]}
    if record["license"] == "blessing":
        entry["licenses"] = [{"license": {"id": "blessing"}}]
    if record["purl"]:
        entry["purl"] = record["purl"]
    if record["sha256"]:
        entry["hashes"] = [{"alg": "SHA-256", "content": record["sha256"]}]
    entry["properties"] = [{"name": "airlock:in", "value": artifact} for artifact in record["in"]]
    return entry


def sbom(records, version):
    """Returns a CycloneDX 1.5 document without anything random in it."""
    made = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    top = {"type": "application", "bom-ref": "airlock", "name": "airlock", "version": version}
    roots = [reference(one) for one in records if one["name"] in ARTIFACTS.values() or not one["purl"]]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": top},
        "components": [component(one) for one in records],
        "dependencies": [{"ref": "airlock", "dependsOn": roots}]
        + [{"ref": reference(one), "dependsOn": one["needs"]} for one in records],
    }


def main():
    parser = argparse.ArgumentParser()
    for option in ("--triple", "--wheels", "--sysroot", "--bundle"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    listed = crates(options.triple)
    version = next(one["version"] for one in listed if one["name"] == ARTIFACTS["airlock"])
    bundle = pathlib.Path(options.bundle)
    records = listed + other_parts(options.wheels)
    write_list(bundle / "licenses/crates.txt", records)
    shutil.copyfile(pathlib.Path(options.sysroot) / "share/doc/rust/COPYRIGHT-library.html", bundle / "licenses/rust-std.html")
    (bundle / "sbom.cdx.json").write_text(json.dumps(sbom(records, version), indent=1) + "\n")


if __name__ == "__main__":
    main()
