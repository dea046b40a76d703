package dev.gnomon.local.demo;

/// The route as the API showed it.
record RouteSighting(long epoch, boolean frozen, String path) {}
