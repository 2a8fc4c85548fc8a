"""How decoders' numbers become surfaces and splats."""
