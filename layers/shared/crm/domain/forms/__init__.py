"""Forms of web sites: their definitions, the bodies that browsers send, and the submissions in them."""
