"""Certificates: Open Badges 3.0, signed, verified offline and taken back; as a token, a badge picture and a PDF."""
