"""The page that a link opens: drawn here, without an account, and without scripts but for the 3D viewer."""
