import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.data.DateData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.MultipleItemsData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.utils.DateUtils;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

/**
 * Fills in a form as ODK Collect does, with the engine that is inside it (JavaRosa), and prints what it sends.
 *
 * <p>java Fill FORM LANGUAGE ANSWERS. ANSWERS: a file of lines "question=answer"; several lines of one question are
 * its answers in turn, and so many times is the repeat that holds it gone through. Stops at an answer that the
 * form does not take, and at one to a question that it never asks.
 */
public class Fill {
    public static void main(String[] words) throws Exception {
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        new XFormsModule().registerModule();
        PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
        FormDef form = XFormUtils.getFormFromInputStream(new FileInputStream(words[0]));
        form.initialize(true, new InstanceInitializationFactory());
        FormEntryModel model = new FormEntryModel(form);
        FormEntryController entry = new FormEntryController(model);
        entry.setLanguage(words[1]);

        Map<String, List<String>> answers = new HashMap<>();
        for (String line : Files.readAllLines(Path.of(words[2]))) {
            String[] sides = line.split("=", 2);
            answers.computeIfAbsent(sides[0], name -> new java.util.ArrayList<>()).add(sides[1]);
        }
        Map<String, Integer> asked = new HashMap<>();
        for (int event = entry.stepToNextEvent(); event != FormEntryController.EVENT_END_OF_FORM;
                event = entry.stepToNextEvent()) {
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && wanted(model.getFormIndex(), answers)) {
                entry.newRepeat();
            }
            if (event == FormEntryController.EVENT_QUESTION) {
                answer(entry, model.getQuestionPrompt(), answers, asked);
            }
        }
        answers.forEach((name, given) -> {
            if (asked.getOrDefault(name, 0) != given.size()) {
                throw new IllegalArgumentException(name + " was asked " + asked.getOrDefault(name, 0) + " times");
            }
        });
        entry.finalizeFormEntry();
        ValidateOutcome wrong = form.validate();
        if (wrong != null) {
            throw new IllegalStateException("not valid at " + wrong.failedPrompt);
        }
        System.out.write(new XFormSerializingVisitor().serializeInstance(form.getInstance()));
        System.out.flush();
    }

    /** Whether the file holds an answer for one more time through this repeat: each is called as what it repeats. */
    private static boolean wanted(FormIndex index, Map<String, List<String>> answers) {
        String repeat = nameOf(index);
        int last = index.getTerminal().getInstanceIndex();
        return answers.getOrDefault(repeat.substring(0, repeat.length() - 1), List.of()).size() > last;
    }

    private static void answer(
            FormEntryController entry, FormEntryPrompt prompt, Map<String, List<String>> answers,
            Map<String, Integer> asked) {
        String name = nameOf(prompt.getIndex());
        List<String> given = answers.getOrDefault(name, List.of());
        int turn = asked.merge(name, 1, Integer::sum) - 1;
        IAnswerData data = turn < given.size() ? read(prompt, given.get(turn)) : null;
        if (data == null && !prompt.isRequired()) {
            return;
        }
        int taken = entry.answerQuestion(data, true);
        if (taken != FormEntryController.ANSWER_OK) {
            throw new IllegalArgumentException(name + " was answered wrongly (" + taken + ")");
        }
    }

    private static String nameOf(FormIndex index) {
        return index.getReference().getNameLast();
    }

    private static IAnswerData read(FormEntryPrompt prompt, String said) {
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE:
                return new SelectOneData(choice(prompt, said));
            case Constants.CONTROL_SELECT_MULTI:
                return new MultipleItemsData(
                    Arrays.stream(said.split(" ")).map(value -> choice(prompt, value)).toList());
            default:
                return prompt.getDataType() == Constants.DATATYPE_DATE
                    ? new DateData(DateUtils.parseDate(said)) : new StringData(said);
        }
    }

    private static Selection choice(FormEntryPrompt prompt, String value) {
        return prompt.getSelectChoices().stream().filter(each -> each.getValue().equals(value)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no choice " + value)).selection();
    }
}
