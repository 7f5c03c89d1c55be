"""Certification in the chat: where one stands, exams, certificates, reading that is confirmed, and reminders of it."""
