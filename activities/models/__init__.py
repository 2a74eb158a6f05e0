from activities.models.brand import BrandIndexPage, BrandPage

__all__ = ["BrandIndexPage", "BrandPage"]
