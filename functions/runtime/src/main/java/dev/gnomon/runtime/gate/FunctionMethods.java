package dev.gnomon.runtime.gate;

import io.quarkus.funqy.Funq;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;

/// The methods of all beans that are functions. Taken from the beans and not from Funqy's registry,
/// which forgets a function when another one has its name.
@ApplicationScoped
class FunctionMethods {
  private final BeanManager beans;

  @Inject
  FunctionMethods(BeanManager beans) {
    this.beans = beans;
  }

  Set<Method> all() {
    Set<Method> functions = new LinkedHashSet<>();
    for (Bean<?> bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
      for (Method method : bean.getBeanClass().getMethods()) {
        if (method.isAnnotationPresent(Funq.class)) {
          functions.add(method);
        }
      }
    }
    return functions;
  }
}
