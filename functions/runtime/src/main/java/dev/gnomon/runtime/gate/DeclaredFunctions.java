package dev.gnomon.runtime.gate;

import io.quarkus.funqy.Funq;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The functions of all beans. Taken from the beans and not from Funqy's registry, which forgets a
/// function when another one has its name.
@ApplicationScoped
class DeclaredFunctions {
  private final BeanManager beans;

  @Inject
  DeclaredFunctions(BeanManager beans) {
    this.beans = beans;
  }

  List<FunctionDeclaration> all() {
    Set<Method> functions = new LinkedHashSet<>();
    for (Bean<?> bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
      for (Method method : bean.getBeanClass().getMethods()) {
        if (method.isAnnotationPresent(Funq.class)) {
          functions.add(method);
        }
      }
    }
    return functions.stream().map(FunctionDeclaration::of).toList();
  }
}
