"""How everything is started, scheduled, relayed and shipped."""
