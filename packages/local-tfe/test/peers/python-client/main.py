"""HashiCorp's Python client on a TFE: plays one chapter, and prints what it saw as JSON.

    TFE_ADDRESS=… TFE_TOKEN=… COLLEAGUE_TOKEN=… READER_TOKEN=… python main.py CHAPTER DIRECTORY
"""

import json
import sys

import chapter_errors
import chapter_lists
import chapter_locks
import chapter_run
import chapter_variables
import chapter_workspace

CHAPTERS = {
    "run": chapter_run.play,
    "workspace": chapter_workspace.play,
    "locks": chapter_locks.play,
    "variables": chapter_variables.play,
    "lists": chapter_lists.play,
    "errors": chapter_errors.play,
}

chapter, directory = sys.argv[1:3]
json.dump(CHAPTERS[chapter](directory), sys.stdout)
