"""The messages of the tracking API: from the bytes of a request to activities, or to rejections with a reason."""
