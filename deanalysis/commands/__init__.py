"""The commands, each of which parses, calls one public function and prints."""
