"""Writes a bundle's manifest.json and SHA256SUMS, and gives the glibc that a file needs. Standard library only.

    manifest.py BUNDLE --version V --commit C --triple T --glibc LIMIT --vendor-bytes N
    manifest.py --needs FILE
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys


def glibc_of(path):
    """Returns the newest glibc whose symbols an ELF file needs, like (2, 28)."""
    printed = subprocess.run(["readelf", "--version-info", "--wide", path], check=True, capture_output=True, text=True).stdout
    found = {tuple(map(int, one.split("."))) for one in re.findall(r"GLIBC_([0-9.]+)", printed)}
    if not found:
        raise SystemExit(f"bundle: {path} needs no glibc symbol at all")
    return max(found)


def libraries_of(path):
    """Returns the shared libraries that an ELF file loads."""
    printed = subprocess.run(["readelf", "--dynamic", "--wide", path], check=True, capture_output=True, text=True).stdout
    return sorted(re.findall(r"\(NEEDED\).*\[(.+)\]", printed))


def dotted(version):
    return ".".join(map(str, version))


def files_of(bundle):
    """Returns the relative names of the bundle's files, links aside, in order."""
    return sorted(str(one.relative_to(bundle)) for one in bundle.rglob("*") if one.is_file() and not one.is_symlink())


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(bundle, options):
    """Returns the manifest; a file that needs a newer glibc than allowed ends the program."""
    library = f"lib/libairlock_verifier.so.{options.version}"
    needs = {one: glibc_of(bundle / one) for one in ("bin/airlock", library)}
    limit = tuple(map(int, options.glibc.split(".")))
    for one, version in needs.items():
        if version > limit:
            raise SystemExit(f"bundle: {one} needs glibc {dotted(version)}, expected at most {options.glibc}")
    abi = re.search(r"#define AIRLOCK_ABI_VERSION (\d+)", (bundle / "include/airlock.h").read_text())[1]
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    return {
        "name": "airlock", "version": options.version, "abi_version": int(abi), "commit": options.commit,
        "time": int(os.environ["SOURCE_DATE_EPOCH"]), "target": options.triple, "rustc": rustc,
        "soname": f"libairlock_verifier.so.{options.version.split('.')[0]}",
        "glibc": dotted(max(needs.values())), "glibc_of": {one: dotted(version) for one, version in needs.items()},
        "bytes": {"instance": (bundle / "bin/airlock").stat().st_size, "vendor": options.vendor_bytes},
        "loads": {one: libraries_of(bundle / one) for one in needs},
        "links": {str(one.relative_to(bundle)): os.readlink(one) for one in sorted(bundle.rglob("*")) if one.is_symlink()},
        "sha256": {one: sha256(bundle / one) for one in files_of(bundle)},
    }


def main():
    if sys.argv[1] == "--needs":
        print(dotted(glibc_of(sys.argv[2])))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=pathlib.Path)
    for option in ("--version", "--commit", "--triple", "--glibc"):
        parser.add_argument(option, required=True)
    parser.add_argument("--vendor-bytes", required=True, type=int)
    options = parser.parse_args()
    (options.bundle / "manifest.json").write_text(json.dumps(manifest(options.bundle, options), indent=1) + "\n")
    sums = "".join(f"{sha256(options.bundle / one)}  {one}\n" for one in files_of(options.bundle))
    (options.bundle / "SHA256SUMS").write_text(sums)


if __name__ == "__main__":
    main()
