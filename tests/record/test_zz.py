import cProfile, pstats, time
from tests.record.test_histories import *
def test_prof(places):
    p=cProfile.Profile(); t=time.time(); p.enable()
    try: try_histories(places,count=4,phases=[Phase.generate])
    finally:
        p.disable(); print("TIME",time.time()-t)
        pstats.Stats(p).sort_stats("cumtime").print_stats(45)
