"""One Prefect task is one outside effect or one transaction."""
