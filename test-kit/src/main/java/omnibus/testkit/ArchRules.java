package omnibus.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

/** The house rules for a service's code, checked on its classes. */
public final class ArchRules {
    private ArchRules() {}

    /** Checks every rule on a service's package, such as {@code omnibus.order}. */
    public static void check(String basePackage) {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(basePackage);
        for (var rule : rules(basePackage)) rule.allowEmptyShould(true).check(all);
    }

    private static ArchRule[] rules(String base) {
        return new ArchRule[] {
            noClasses()
                    .that()
                    .resideInAPackage(base + ".model..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.vertx..", "com.fasterxml..", "java.sql..", "org.slf4j..")
                    .because("the model is pure Java: it reads like the business"),
            noClasses()
                    .should()
                    .dependOnClassesThat(
                            new com.tngtech.archunit.base.DescribedPredicate<JavaClass>("belong to another service") {
                                @Override
                                public boolean test(JavaClass other) {
                                    var name = other.getPackageName();
                                    return name.startsWith("omnibus.")
                                            && !name.startsWith(base)
                                            && !name.startsWith("omnibus.platform");
                                }
                            })
                    .because("a service asks its peers over the bus and shares no code with them"),
            classes()
                    .that()
                    .arePublic()
                    .and()
                    .resideOutsideOfPackage(base + ".model..")
                    .and()
                    .areTopLevelClasses()
                    .should()
                    .haveSimpleNameEndingWith("Verticle")
                    .because("only the verticle is seen from outside"),
            noClasses()
                    .should()
                    .callMethod(System.class, "getenv", String.class)
                    .orShould()
                    .callMethod(System.class, "getenv")
                    .because("only Settings reads the environment"),
            noClasses()
                    .that()
                    .haveSimpleNameNotContaining("Store")
                    .and()
                    .haveSimpleNameNotContaining("Verticle")
                    .should()
                    .callMethod("io.vertx.sqlclient.SqlClient", "preparedQuery", "java.lang.String")
                    .allowEmptyShould(true)
                    .because("SQL lives in stores"),
            noClasses().should().callMethod(Thread.class, "sleep", long.class).because("nothing blocks an event loop"),
            slices().matching(base + ".(*)..").should().beFreeOfCycles(),
        };
    }
}
