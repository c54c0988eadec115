"""``python -m bench.world``: the demo county with its units, staff, grids and shipped configuration, without a demand."""

import os


def main() -> None:
    """Migrate, load the shipped configuration, and make the county in the database of ``DATABASE_URL``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings

    from minfu.places.demo import load_demo
    from minfu.places.loading import load_county
    from minfu.site import serving
    from minfu.site.demo import staff

    serving.prepare()
    load_county(settings.MINFU_COUNTY)
    load_demo(settings.MINFU_COUNTY)
    staff.load(staff.County.of(settings.MINFU_COUNTY))


if __name__ == "__main__":
    main()
