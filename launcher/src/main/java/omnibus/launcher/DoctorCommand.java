package omnibus.launcher;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code doctor}: looks at the machine and the shop, changes nothing, and says what to do. */
@Command(
        name = "doctor",
        description = "Checks the machine and the running shop; each finding says what, why and what to do.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private Launcher launcher;

    @Override
    public Integer call() {
        var fleet = launcher.fleet();
        List<Finding> findings = Stream.of(
                        new MachineChecks(fleet.home(), launcher.environment()).run(),
                        new ShopChecks(fleet, launcher.settings()).run())
                .flatMap(List::stream)
                .toList();
        findings.forEach(DoctorCommand::print);
        long problems = count(findings, Finding.Level.PROBLEM);
        long warnings = count(findings, Finding.Level.WARNING);
        System.out.println(problems + " problems, " + warnings + " warnings.");
        return problems == 0 ? 0 : Failure.Kind.FAILED.exitCode;
    }

    private static void print(Finding finding) {
        System.out.println(finding.level().mark + "  " + finding.what());
        finding.advice().lines().forEach(line -> System.out.println("      -> " + line));
    }

    private static long count(List<Finding> findings, Finding.Level level) {
        return findings.stream().filter(it -> it.level() == level).count();
    }
}
