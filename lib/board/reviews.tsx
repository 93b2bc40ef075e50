import { useListing } from './hooks.ts';
import { isOpen, isReview, soonestDueFirst } from './incidents.ts';
import { openOrder } from './listing.ts';
import { Badges, Countdown, Fact, Facts, Foreign, IncidentLink } from './text.tsx';
import { Refusal, View } from './view.tsx';

const PAUSE_MS = 5_000;

/** Reviews that were promised and are not closed, the soonest due first. */
export const Reviews = () => {
  const { atps, complete, refusal } = useListing(openOrder, PAUSE_MS);
  const reviews = soonestDueFirst(atps.filter((atp) => isReview(atp) && isOpen(atp)));
  return (
    <View heading="Reviews due" name="Reviews">
      <Refusal detail={refusal} />
      <p role="status">{complete ? `${reviews.length} open` : 'Reading…'}</p>
      <ul class="rows">
        {reviews.map((atp) => (
          <li key={atp.atpId} class="row">
            <div class="what">
              <h2>
                <IncidentLink atpId={atp.atpId}>
                  <Foreign text={atp.title} />
                </IncidentLink>
              </h2>
              <p>
                <Foreign text={atp.atpId} /> <Badges atp={atp} />
              </p>
            </div>
            <Facts>
              <Fact name="Due">{atp.dueAt ? <Countdown dueAt={atp.dueAt} /> : 'no time was set'}</Fact>
              <Fact name="Of">{atp.sourceAtpId ? <IncidentLink atpId={atp.sourceAtpId} /> : '–'}</Fact>
              <Fact name="Answered">{answered(atp.checklist)}</Fact>
            </Facts>
          </li>
        ))}
      </ul>
    </View>
  );
};

const answered = (checklist: readonly { state: string }[] = []): string =>
  `${checklist.filter(({ state }) => state !== 'open').length} of ${checklist.length}`;
