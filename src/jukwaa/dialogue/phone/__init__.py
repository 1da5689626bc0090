"""What a participant meets: sounds and pictures of statements, proposals by voice, the shared tablet."""
