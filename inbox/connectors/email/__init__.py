"""E-mail: a mailbox read by IMAP, answered by SMTP, held together by the names of its letters."""
