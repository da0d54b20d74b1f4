import unittest
from unittest import mock

import release
import settings
from app import create_app

COMMIT = "9d1e77c0b5a44f6cbf9a6c3b0d2d8f7a1e5c4b3a"


class Pages(unittest.TestCase):
    def setUp(self):
        with mock.patch.object(release, "commit", return_value=COMMIT):
            self.client = create_app().test_client()

    def test_the_front_page_shows_the_headline_and_the_version(self):
        page = self.client.get("/")
        self.assertEqual(page.status_code, 200)
        self.assertIn(settings.HEADLINE, page.text)
        self.assertIn("9d1e77c", page.text)

    def test_a_headline_is_text_and_never_markup(self):
        with mock.patch.object(settings, "HEADLINE", "<script>alert(1)</script>"):
            page = self.client.get("/")
        self.assertNotIn("<script>", page.text)

    def test_the_health_check_names_the_release(self):
        health = self.client.get("/healthz")
        self.assertEqual(health.status_code, 200)
        self.assertEqual(health.json, {"status": "ok", "version": "9d1e77c", "commit": COMMIT})


class Release(unittest.TestCase):
    def test_only_a_commit_is_cut(self):
        with mock.patch("pathlib.Path.exists", return_value=False):
            self.assertEqual(release.version(), "development")
        for whole, said in ((COMMIT, "9d1e77c"), ("9d1e77c", "9d1e77c"), ("2026.11.23-4", "2026.11.23-4")):
            with mock.patch.object(release, "commit", return_value=whole):
                self.assertEqual(release.version(), said)


if __name__ == "__main__":
    unittest.main()
