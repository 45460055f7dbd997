"""dump, and that load brings back exactly what it wrote."""
import csv
import io
import json
import os
import pathlib

import support
from support import DATA, HERE


class Dump(support.ToolTest):
    def again(self, source, schema_from=None):
        """A new store with the schema and the dump of `source`."""
        schema = self.ok("schema", schema_from or source, "--as", "json").out
        target = self.path("again.kdb")
        self.ok("create", target, "--schema", "-", stdin=schema)
        self.ok("load", target, "-", stdin=self.ok("dump", source).bytes)
        return target

    def assert_same(self, source, target):
        self.assertEqual(self.ok("dump", source).bytes, self.ok("dump", target).bytes)
        self.assertEqual(self.ok("schema", source, "--as", "json").out,
                         self.ok("schema", target, "--as", "json").out)
        self.ok("check", target)

    def test_library_is_what_was_loaded(self):
        self.create_library()
        self.assertEqual(self.dump(), (HERE / "library.jsonl").read_text())

    def test_stream_round_trip(self):
        self.create_library()
        self.assert_same(self.store, self.again(self.store))

    def test_folder_round_trip(self):
        self.create_library()
        self.ok("dump", self.store, "--out", self.path("folder"))
        names = sorted(os.listdir(self.folder / "folder"))
        tables = [r["table"] for r in self.ok("tables", self.store).records()]
        self.assertEqual(names, sorted([t + ".jsonl" for t in tables] + ["schema.json"]))
        target = self.path("again.kdb")
        self.ok("create", target, "--schema", self.path("folder/schema.json"))
        self.ok("load", target, self.path("folder"))
        self.assert_same(self.store, target)

    def test_folder_is_new_or_empty(self):
        self.create_library()
        (self.folder / "mine").mkdir()
        self.write("mine/notes.txt", "keep")
        self.fails(2, "dump", self.store, "--out", self.path("mine"), says="mine")
        self.assertEqual(os.listdir(self.folder / "mine"), ["notes.txt"])
        (self.folder / "empty").mkdir()
        self.ok("dump", self.store, "--out", self.path("empty"))
        self.fails(2, "dump", self.store, "--out", self.store)

    def test_all_types_round_trip(self):
        self.ok("create", self.store, "--schema", HERE / "all_types.json")
        self.ok("load", self.store, HERE / "all_types.jsonl")
        self.assertEqual(self.dump(), (HERE / "all_types.jsonl").read_text())
        self.assert_same(self.store, self.again(self.store))
        for name in [r["table"] for r in self.ok("tables", self.store).records()]:
            plain = self.ok("dump", self.store, name, "--plain").bytes
            rows = [json.loads(line)["row"]
                    for line in self.ok("dump", self.store, name).out.splitlines()]
            self.assertEqual([json.loads(line) for line in plain.splitlines()], rows)

    def test_all_types_cover_every_type(self):
        """Each type that a schema file can name stands in all_types.json."""
        text = (HERE / "all_types.json").read_text()
        for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
                     "uint64", "float", "double", "string", "bytes", "date", "datetime",
                     "instant", "duration", "decimal", "uuid", "enum", "json", "opaque",
                     "struct", "list", "set", "map", "optional", "variant", "tuple"):
            self.assertIn(f'"{name}', text)

    def test_keys_by_every_type(self):
        """get finds each row of all_types by the key that the dump shows."""
        self.ok("create", self.store, "--schema", HERE / "all_types.json")
        self.ok("load", self.store, HERE / "all_types.jsonl")
        keys = {t["name"]: t["primary_key"]
                for t in json.loads((HERE / "all_types.json").read_text())["tables"]}
        for line in self.dump().splitlines():
            record = json.loads(line)
            table, row = record["table"], record["row"]
            parts = [row[column] for column in keys[table]]
            texts = [p if isinstance(p, str) else json.dumps(p) for p in parts]
            with self.subTest(table=table, key=texts):
                for spelling in (texts, [json.dumps({c: row[c] for c in keys[table]})]):
                    if spelling != texts and len(parts) == 1:
                        continue
                    found = self.ok("get", self.store, table, "--", *spelling).records()
                    self.assertEqual(found, [row])

    def test_table_selection_and_limit(self):
        self.create_library()
        records = self.ok("dump", self.store, "tag", "shelf").records()
        self.assertEqual({r["table"] for r in records}, {"tag", "shelf"})
        self.assertEqual(records[0]["table"], "tag")
        self.assertEqual(len(self.ok("dump", self.store, "tag", "shelf", "--limit", "1").records()),
                         2)

    def test_csv(self):
        self.create_library()
        data = self.ok("dump", self.store, "author", "--as", "csv").bytes
        self.golden("dump_author.csv", data.decode())
        self.assertTrue(data.endswith(b"\r\n"))
        rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
        expected = [r["row"] for r in self.ok("dump", self.store, "author").records()]
        self.assertEqual([{k: "" if v is None else str(v) for k, v in r.items()} for r in expected],
                         rows)
        self.ok("dump", self.store, "--as", "csv", "--out", self.path("folder"))
        self.assertEqual((self.folder / "folder" / "author.csv").read_bytes(), data)

    def test_datasets(self):
        if not DATA.exists():
            self.skipTest("../shared/data is missing")
        tried = 0
        for manifest in sorted(DATA.glob("*/manifest.json")):
            with self.subTest(dataset=manifest.parent.name):
                self.round_trip_dataset(manifest.parent)
                tried += 1
        self.assertGreater(tried, 0)

    def round_trip_dataset(self, folder: pathlib.Path):
        """The manifest is a schema file; every table comes out byte for byte."""
        manifest = json.loads((folder / "manifest.json").read_text())
        name = folder.name
        store = self.path(name + ".kdb")
        self.ok("create", store, "--schema", folder / "manifest.json")
        result = self.ok("load", store, folder)
        self.assertIn("changes.jsonl", result.err)
        self.ok("check", store)
        counts = {r["table"]: r["rows"] for r in self.ok("tables", store, "--counts").records()}
        self.assertEqual(counts, {t["name"]: t["row_count"] for t in manifest["tables"]})
        out = self.folder / (name + "-dump")
        self.ok("dump", store, "--out", out)
        for table in manifest["tables"]:
            file = table["name"] + ".jsonl"
            self.assertEqual((out / file).read_bytes(), (folder / file).read_bytes(), file)
        target = self.path(name + "-again.kdb")
        self.ok("create", target, "--schema", out / "schema.json")
        self.ok("load", target, out)
        self.assertEqual(self.ok("dump", store).bytes, self.ok("dump", target).bytes)


if __name__ == "__main__":
    support.main()
