"""Everything that speaks to Microsoft: botbuilder behind the port, tokens, Graph."""
