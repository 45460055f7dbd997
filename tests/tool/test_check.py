"""check: whole stores and damaged ones."""

import support


class Check(support.ToolTest):
    def test_whole(self):
        self.create_library()
        result = self.ok("check", self.store)
        self.assertEqual(result.out, "")
        rows = len(self.dump().splitlines())
        self.assertIn(f"{rows} rows", result.err)
        self.assertIn("no problems", result.err)
        self.assertEqual(self.ok("check", self.store, "-f", "json").out, "[]\n")
        self.assertEqual(self.ok("check", self.store, "-q").err, "")

    def test_one_table(self):
        self.create_library()
        count = len(self.ok("dump", self.store, "author").records())
        self.assertIn(f"{count} rows", self.ok("check", self.store, "--table", "author").err)

    def test_changes_nothing(self):
        self.create_library()
        before = (self.folder / "library.kdb").read_bytes()
        for command in (["check"], ["dump"], ["tables", "--counts"], ["get", "author", "1"]):
            self.ok(command[0], self.store, *command[1:])
        self.assertEqual((self.folder / "library.kdb").read_bytes(), before)

    def damage(self, old, new):
        """Overwrites every copy of some bytes of a row in the file, outside the store's back."""
        data = (self.folder / "library.kdb").read_bytes()
        self.assertIn(old, data)
        self.assertEqual(len(old), len(new))
        (self.folder / "library.kdb").write_bytes(data.replace(old, new))

    def test_damaged_row(self):
        self.create_library()
        self.damage(b"Under Milk Wood", b"Under Silk Wood")
        result = self.fails(4, "check", self.store, says="problem")
        problems = result.records()
        self.assertTrue(problems)
        self.assertTrue(any("book" in p["where"] for p in problems), problems)
        self.assertEqual(set(problems[0]), {"area", "where", "what"})
        self.fails(4, "get", self.store, "book", "1")

    def test_dump_leaves_damaged_rows_out(self):
        self.create_library()
        before = self.dump().splitlines()
        self.damage(b"Under Milk Wood", b"Under Silk Wood")
        dumped = self.fails(4, "dump", self.store, says=["book 1 is left out", "1 damaged row"])
        self.assertEqual(dumped.out.splitlines(), [line for line in before if "Milk" not in line])

    def test_max_problems(self):
        self.create_library()
        self.damage(b"@example.org", b"@exemple.org")
        every = self.fails(4, "check", self.store).records()
        self.assertGreater(len(every), 1)
        one = self.fails(4, "check", self.store, "--max-problems", "1", says="--max-problems")
        self.assertEqual(one.records(), every[:1])

    def test_truncated(self):
        self.create_library()
        data = (self.folder / "library.kdb").read_bytes()
        for size in (len(data) // 2, 4096, 100):
            with self.subTest(size=size):
                (self.folder / "library.kdb").write_bytes(data[:size])
                result = self.run_tool("check", self.store)
                self.assertIn(result.code, (3, 4), result.err)
                self.assertIn("library.kdb", result.err + result.out)


if __name__ == "__main__":
    support.main()
