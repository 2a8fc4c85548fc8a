"""The starter model: shapes as short codes, parts with flat materials, and a rectified flow over both."""
