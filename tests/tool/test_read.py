"""tables, schema, get, refs, impact: golden output in every format. KINDRED_WRITE_GOLDEN=1 writes
the files anew."""
import json

import support

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "line")


class Read(support.ToolTest):
    def setUp(self):
        super().setUp()
        self.create_library()

    def golden_formats(self, name, *command):
        for form in FORMATS:
            with self.subTest(format=form):
                result = self.ok(command[0], self.store, *command[1:], "-f", form)
                self.golden(f"{name}.{form}", result.out)

    def test_tables(self):
        self.golden_formats("tables", "tables")
        self.golden_formats("tables_counts", "tables", "--counts")

    def test_schema(self):
        for form in ("text", "json", "mermaid"):
            self.golden(f"schema.{form}", self.ok("schema", self.store, "--as", form).out)
            self.golden(f"schema_book.{form}",
                        self.ok("schema", self.store, "book", "--as", form).out)
        self.assertEqual(self.ok("schema", self.store).out,
                         self.ok("schema", self.store, "--as", "text").out)

    def test_schema_as_json_makes_an_equal_store(self):
        text = self.ok("schema", self.store, "--as", "json").out
        self.ok("create", self.path("b.kdb"), "--schema", "-", stdin=text)
        self.assertEqual(self.ok("schema", self.path("b.kdb"), "--as", "json").out, text)

    def test_get(self):
        self.golden_formats("get_author", "get", "author", "1", "2", "3")
        self.golden_formats("get_book", "get", "book", "1")

    def test_get_keys(self):
        one = self.ok("get", self.store, "book_tag", "1", "classic").out
        self.assertEqual(len(one.splitlines()), 1)
        for key in ('[1,"classic"]', '{"tag":"classic","book_id":1}'):
            self.assertEqual(self.ok("get", self.store, "book_tag", key).out, one)
        two = self.ok("get", self.store, "book_tag", "1", "classic", '[2,"classic"]').out
        self.assertEqual(len(two.splitlines()), 2)
        self.assertTrue(two.startswith(one))
        # A key of one text column is never read as JSON.
        self.ok("load", self.store, "-", "--table", "tag", stdin='{"name":"[x]"}\n{"name":"-5"}')
        self.assertEqual(self.ok("get", self.store, "tag", "[x]").records(), [{"name": "[x]"}])
        self.assertEqual(self.ok("get", self.store, "tag", "--", "-5").records(),
                         [{"name": "-5"}])

    def test_get_what_is_missing(self):
        result = self.fails(1, "get", self.store, "author", "1", "4711", "2", says="author 4711")
        self.assertEqual([r["author_id"] for r in result.records()], [1, 2])

    def test_wrong_keys(self):
        for arguments, part in ((("author", "one"), "author_id"), (("author", "1.5"), "author_id"),
                                (("author", ""), "author_id"), (("author", "null"), "author_id"),
                                (("author", "99999999999999999999"), "author_id"),
                                (("book_tag", "1"), "tag"), (("book_tag", "1", "a", "2"), "tag"),
                                (("book_tag", "[1]"), "tag"), (("book_tag", "[1"), "[1"),
                                (("book_tag", '{"book_id":1}'), "tag"),
                                (("book_tag", '{"book_id":1,"tag":"a","x":1}'), "x"),
                                (("loan", "1", "2024-02-30"), "day")):
            with self.subTest(arguments=arguments):
                self.fails(2, "get", self.store, *arguments, says=[arguments[0], part])

    def test_refs(self):
        self.golden_formats("refs_book", "refs", "book", "1")
        self.golden_formats("refs_book_out", "refs", "book", "1", "--out")
        self.golden("refs_author_depth.jsonl",
                    self.ok("refs", self.store, "author", "1", "--in", "--depth", "3").out)
        self.golden("refs_author.tree",
                    self.ok("refs", self.store, "author", "1", "--tree", "--depth", "2").out)
        self.golden("refs_member.tree",
                    self.ok("refs", self.store, "member", "1", "--tree", "--depth", "8").out)
        self.golden("refs_author_limit.tree",
                    self.ok("refs", self.store, "author", "1", "--tree", "--limit", "1").out)

    def test_refs_via(self):
        every = self.ok("refs", self.store, "book", "1").records()
        self.assertGreater(len({r["via"] for r in every}), 2)
        for via in {r["via"] for r in every}:
            self.assertEqual(self.ok("refs", self.store, "book", "1", "--via", via).records(),
                             [r for r in every if r["via"] == via])

    def test_refs_directions_add_up(self):
        every = self.ok("refs", self.store, "book", "1").records()
        out = self.ok("refs", self.store, "book", "1", "--out").records()
        into = self.ok("refs", self.store, "book", "1", "--in").records()
        self.assertEqual(out + into, every)
        self.assertTrue(out and into)
        self.assertEqual({r["direction"] for r in out}, {"out"})
        self.assertNotIn("out", {r["direction"] for r in into})

    def test_refs_limit(self):
        every = self.ok("refs", self.store, "author", "1").records()
        one = self.ok("refs", self.store, "author", "1", "--limit", "1").records()
        self.assertLess(len(one), len(every))

    def test_refs_of_what_is_missing(self):
        self.fails(1, "refs", self.store, "author", "4711", says="author 4711")

    def test_impact(self):
        before = self.dump()
        self.golden_formats("impact_shelf", "impact", "shelf", "A1")
        self.golden("impact_author_2.jsonl", self.ok("impact", self.store, "author", "2").out)
        self.unchanged(before)

    def test_impact_tells_what_delete_does(self):
        steps = self.ok("impact", self.store, "author", "2").records()
        deleted = sum(s["rows"] for s in steps if s["action"] == "delete")
        rows = len(self.dump().splitlines())
        self.ok("apply", self.store, "-",
                stdin=json.dumps({"op": "delete", "table": "author", "key": {"author_id": 2}}))
        self.assertEqual(len(self.dump().splitlines()), rows - deleted)

    def test_impact_refused(self):
        result = self.fails(1, "impact", self.store, "author", "1",
                            says=["author 1", "refused", "loan"])
        self.assertIn("refuse", {s["action"] for s in result.records()})
        self.fails(1, "impact", self.store, "author", "4711", says="author 4711")

    def test_quiet(self):
        self.assertEqual(self.ok("tables", self.store, "-q").err, "")
        self.assertNotEqual(self.ok("tables", self.store).err, "")

    def test_locale_does_not_matter(self):
        for locale in ("C", "C.UTF-8", "nonsense"):
            result = self.ok("get", self.store, "author", "3", "-f", "table",
                             env={"LC_ALL": locale})
            self.assertEqual(result.out, self.ok("get", self.store, "author", "3", "-f",
                                                 "table").out)


if __name__ == "__main__":
    support.main()
