"""Takes OpenLineage's events by HTTP with a key, and keeps each as a line: lineage_server.py PORT FILE."""
import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.headers["Authorization"] != "Bearer sesame" or self.path != "/api/v1/lineage":
            self.answer(401)
            return
        with open(sys.argv[2], "a") as file:
            file.write(body + "\n")
        self.answer(201)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
