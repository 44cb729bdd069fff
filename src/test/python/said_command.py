"""Prints the command by which a report says that its run is repeated. Argument: the report."""

import html
import pathlib
import re
import sys

page = pathlib.Path(sys.argv[1]).read_text()
print(html.unescape(re.search(r"^(?:.*<code>)?(scripts/googlenet train .* --run [^<\n]+)", page, re.M).group(1)))
