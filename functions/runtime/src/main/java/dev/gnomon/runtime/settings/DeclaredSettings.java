package dev.gnomon.runtime.settings;

import java.util.List;

/// Implemented by one bean a module: the settings that it has.
public interface DeclaredSettings {
  List<Setting<?>> settings();
}
