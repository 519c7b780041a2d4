"""Files and locks: whole or not at all, and nobody's removed."""

from __future__ import annotations

import json
import os
import stat
import tempfile
import threading
import time
import unittest
from pathlib import Path

from sotto_client.report.numbertext import number_text
from sotto_client.state.lock import take_lock
from sotto_client.state.places import Place
from sotto_client.state.reading import read_state_file
from sotto_client.state.replacing import change_members, replace_state_file
from sotto_client.state.writing import make_file, make_folder


class InFolder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.place = Place(str(self.folder / "a" / "b.json"), str(self.folder))


class Files(InFolder):
    """Reading and writing."""

    def test_modes_whatever_the_umask(self) -> None:
        before = os.umask(0o777)
        try:
            self.assertTrue(replace_state_file(self.place, {"version": 1}, 1000).done)
        finally:
            os.umask(before)
        path = Path(self.place.path)
        modes = [stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)]
        self.assertEqual(modes, [0o600, 0o700])

    def test_a_home_that_is_gone_does_not_come_back(self) -> None:
        place = Place(str(self.folder / "home" / ".local" / "x.json"), str(self.folder / "home"))
        self.assertEqual(replace_state_file(place, {"version": 1}, 1000).kind, "failed")
        with self.assertRaises(FileNotFoundError):
            make_folder(Place(str(self.folder / "home" / "y"), str(self.folder / "home")))
        self.assertEqual(os.listdir(self.folder), [])

    def test_what_is_not_known_is_kept_and_a_newer_file_left_alone(self) -> None:
        path = Path(self.place.path)
        path.parent.mkdir()
        path.write_text('{"version":1,"minute":1,"later":[1]}')
        self.assertTrue(change_members(self.place, {"minute": 2}, 1000).done)
        self.assertEqual(json.loads(path.read_text()), {"version": 1, "minute": 2, "later": [1]})
        path.write_text('{"version":2}')
        self.assertEqual(change_members(self.place, {"minute": 2}, 1000).kind, "newer")
        self.assertEqual(path.read_text(), '{"version":2}')

    def test_a_link_stays_one(self) -> None:
        path = Path(self.place.path)
        path.parent.mkdir()
        path.symlink_to("../elsewhere.json")
        self.assertTrue(replace_state_file(self.place, {"version": 1}, 1000).done)
        self.assertTrue(path.is_symlink())
        self.assertEqual(json.loads((self.folder / "elsewhere.json").read_text()), {"version": 1})

    def test_a_dead_programs_halves_are_removed_and_a_living_ones_not(self) -> None:
        path = Path(self.place.path)
        path.parent.mkdir()
        dead, living = (path.parent / f".b.json.new-{name}" for name in ("1", "2"))
        dead.touch()
        living.touch()
        os.utime(dead, (time.time() - 400, time.time() - 400))
        self.assertTrue(replace_state_file(self.place, {"version": 1}, 1000).done)
        self.assertEqual(sorted(os.listdir(path.parent)), [living.name, "b.json"])

    def test_one_of_many_makes_a_file(self) -> None:
        made: list[bool] = []
        threads = [
            threading.Thread(target=lambda at=at: made.append(make_file(self.place, str(at).encode())))
            for at in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(made.count(True), 1)
        self.assertEqual(os.listdir(self.folder / "a"), ["b.json"])

    def test_what_is_damaged(self) -> None:
        path = self.folder / "x.json"
        for text in (b"", b"{", b"[]", b"{}", b'{"version":0}', b'{"version":"1"}', b'{"version":1.5}', b'{"version":true}',
                     b'{"version":NaN}', b'\xef\xbb\xbf{"version":1}', b'{"version":1,"x":"\xff"}', b"[" * 100_000,
                     b'{"version":1,"x":"' + b"x" * 1000 + b'"}'):
            path.write_bytes(text)
            self.assertEqual(read_state_file(str(path), 1000).kind, "damaged", text[:40])
        for text in (b'{"version":1}', b'{"version":1.0}', b'{"version":2,"version":1}', b' {"version":1e0}\n'):
            path.write_bytes(text)
            self.assertEqual(read_state_file(str(path), 1000).kind, "read", text)

    def test_a_pipe_or_a_folder_in_its_place_is_waited_for_by_nobody(self) -> None:
        os.mkfifo(self.folder / "pipe")
        (self.folder / "folder").mkdir()
        for name in ("pipe", "folder"):
            self.assertEqual(read_state_file(str(self.folder / name), 1000).kind, "damaged")
        self.assertEqual(read_state_file(str(self.folder / "pipe" / "x"), 1000).kind, "absent")


class Locks(InFolder):
    """Who may, when several want."""

    def test_one_at_a_time(self) -> None:
        path = str(self.folder / "lock")
        first = take_lock(path)
        assert first is not None
        self.assertIsNone(take_lock(path))
        first.release()
        second = take_lock(path)
        assert second is not None
        self.assertTrue(second.is_held())
        first.release()
        self.assertTrue(second.is_held())
        second.release()
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_dead_ones_is_taken_over_by_one_alone(self) -> None:
        path = self.folder / "lock"
        for seconds in (-400, 400):
            path.write_text("dead")
            os.utime(path, (time.time() + seconds, time.time() + seconds))
            taken = [lock for lock in (take_lock(str(path)) for _ in range(3)) if lock is not None]
            self.assertEqual(len(taken), 1)
            taken[0].release()
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_takeover_that_a_dead_one_began(self) -> None:
        path, takeover = self.folder / "lock", self.folder / "lock.takeover"
        for file in (path, takeover):
            file.write_text("dead")
            os.utime(file, (0, 0))
        self.assertIsNone(take_lock(str(path)))
        self.assertIsNotNone(take_lock(str(path)))

    def test_no_folder(self) -> None:
        with self.assertRaises(OSError):
            take_lock(str(self.folder / "no" / "lock"))


class Numbers(unittest.TestCase):
    """Numbers as RFC 8785 writes them: the samples of its appendix B, and others of ECMAScript's."""

    def test_texts(self) -> None:
        samples = {
            0.0: "0",
            -0.0: "0",
            5e-324: "5e-324",
            -5e-324: "-5e-324",
            1.7976931348623157e308: "1.7976931348623157e+308",
            9007199254740992.0: "9007199254740992",
            295147905179352830000.0: "295147905179352830000",
            9.999999999999997e22: "9.999999999999997e+22",
            1e23: "1e+23",
            1e21: "1e+21",
            999999999999999700000.0: "999999999999999700000",
            333333333.3333332: "333333333.3333332",
            0.000001: "0.000001",
            1e-7: "1e-7",
            1.5e-10: "1.5e-10",
            -0.5: "-0.5",
            100.0: "100",
            100.5: "100.5",
        }
        for number, text in samples.items():
            self.assertEqual(number_text(number), text)
        self.assertEqual([number_text(1), number_text(-3), number_text(10**21)], ["1", "-3", "1e+21"])
