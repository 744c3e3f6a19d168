"""What moves: records in, invitations out, each batch in one transaction."""
